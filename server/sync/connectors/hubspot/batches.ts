import { parseDecimal, plainDecimal } from '../../values/decimal.ts';
import type { ApplyRequest } from '../connector.ts';
import { missing, type Outcome } from '../outcomes.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import type { Api } from './api.ts';
import type { Input } from './encoding.ts';
import type { RecordType } from './objects.ts';
import { Records } from './records.ts';
import { absent, faultIn, saidOf } from './refusal.ts';
import type { Send } from './sending.ts';
import { idField } from './types.ts';

type Answer = {
  readonly results: readonly Result[];
  readonly errors?: readonly {
    category: string;
    message: string;
    context?: Readonly<Record<string, readonly string[] | undefined>>;
  }[];
};
type Result = {
  readonly id: string;
  readonly objectWriteTraceId?: string;
  readonly properties: Readonly<Record<string, string | null>>;
};

const unknown = 'It is not known to be written: HubSpot says nothing about it.';

type Known = {
  /** By which records are found again. */
  readonly key: string;
  /** The properties that are numbers. */
  readonly numbers: readonly string[];
};

/** How records are sent for an operation. */
export function senderOf(
  api: Api,
  type: RecordType,
  { operation, key, numbers }: Pick<ApplyRequest, 'operation'> & Known,
): Send<Input> {
  const known = { key, numbers };
  switch (operation) {
    case 'insert':
      return (inputs) =>
        written(inputs, known, (body) => api.batches.create(type.path, body as never));
    case 'delete':
      return (inputs) => archived(api, type, { inputs, key });
    case 'upsert':
      // A record is not made under an id of somebody else.
      if (key !== idField) {
        return (inputs) =>
          written(inputs, known, (body) => api.batches.upsert(type.path, body as never));
      }
      break;
    default:
  }
  return (inputs) => written(inputs, known, (body) => api.batches.update(type.path, body as never));
}

async function written(
  inputs: readonly Input[],
  { key, numbers }: Known,
  send: (body: { inputs: readonly unknown[] }) => Promise<Answer>,
): Promise<Outcome[]> {
  const answer = await send({
    inputs: inputs.map((input, at) => ({ ...input, objectWriteTraceId: String(at) })),
  });
  const failed = failuresIn(answer, inputs);
  const results = answer.results ?? [];
  if (results.length + failed.size === inputs.length) {
    return inputs.map((input, at) => {
      const result = resultOf(results, { input, at, key, inputs });
      const rounded = numbers.find((name) => isChanged(input, result, name));
      if (rounded !== undefined)
        return { error: `HubSpot has rounded "${rounded}".`, field: rounded };
      return failed.get(at) ?? withId(result?.id);
    });
  }
  const isNew = inputs.every(({ id }) => id === undefined);
  // What can be sent again is sent again, by itself.
  if (!isNew && inputs.length > 1) throw new RecordRefusal(unknown);
  const told = new Map(results.map((one) => [one.objectWriteTraceId, one.id]));
  return inputs.map((_, at) => {
    const id = told.get(String(at));
    return failed.get(at) ?? (id === undefined ? { error: unknown } : { id });
  });
}

/** By the place of the input; those of which it is not said which they are, are none of them. */
function failuresIn({ errors = [] }: Answer, inputs: readonly Input[]): Map<number, Outcome> {
  const failed = new Map<number, Outcome>();
  for (const { category, message, context = {} } of errors) {
    const { reason, field } = faultIn({ category, message });
    const { objectWriteTraceId: traces = [], ids = [] } = context;
    const places =
      traces.length > 0
        ? traces.map(Number)
        : inputs.flatMap(({ id }, at) => (id !== undefined && ids.includes(id) ? [at] : []));
    for (const at of places) {
      if (at in inputs)
        failed.set(at, {
          ...(category === absent ? missing : { error: reason }),
          ...{ said: saidOf(message), ...(field ? { field } : {}) },
        });
    }
  }
  return failed;
}

type Asked = { input: Input; at: number; key: string; inputs: readonly Input[] };

function resultOf(
  results: readonly Result[],
  { input, at, key, inputs }: Asked,
): Result | undefined {
  const traced = results.find(({ objectWriteTraceId }) => objectWriteTraceId === String(at));
  if (traced) return traced;
  if (inputs.length === 1) return results[0];
  if (input.id === undefined) return undefined;
  if (key === idField) return results.find(({ id }) => id === input.id);
  const wanted = input.id.toLowerCase();
  return results.find(({ properties }) => properties[key]?.toLowerCase() === wanted);
}

/** Whether the number that is there now is another than was sent, as far as HubSpot shows it. */
function isChanged({ properties }: Input, result: Result | undefined, name: string) {
  const [sent, kept] = [properties[name], result?.properties[name]];
  if (!sent || kept === undefined || kept === null) return false;
  const [one, other] = [parseDecimal(sent), parseDecimal(kept)];
  return one !== undefined && (!other || plainDecimal(one) !== plainDecimal(other));
}

function withId(id: string | undefined): Outcome {
  return id === undefined ? {} : { id };
}

/** HubSpot is silent about what is not there: it is asked before. */
async function archived(
  api: Api,
  type: RecordType,
  { inputs, key }: { inputs: readonly Input[]; key: string },
): Promise<Outcome[]> {
  const idProperty = key === idField ? undefined : key;
  const records = new Records(api, type, [key]);
  const found = await records.read(
    inputs.map(({ id = '' }) => id),
    idProperty,
  );
  const ids = new Map(
    found.map(({ id, properties }) => [(idProperty ? properties[key] : id)?.toLowerCase(), id]),
  );
  const sent = inputs.map(({ id }) => ids.get(id?.toLowerCase()));
  const there = sent.flatMap((id) => (id === undefined ? [] : [{ id }]));
  if (there.length > 0) await api.batches.archive(type.path, { inputs: there });
  return sent.map((id) => (id === undefined ? missing : { id }));
}
