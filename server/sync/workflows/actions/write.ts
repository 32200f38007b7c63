import { AppError } from '../../../runtime/errors.ts';
import { keyText } from '../../causes/causes.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import type { ApplyResult, Description, Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { writeRecords } from '../../data/records.ts';
import type { Json } from '../../values/types.ts';
import { howToWrite, standardFields } from '../records/standard.ts';
import { type ActionServices, type Performed, type Step, StepError } from './action.ts';
import { note, noteName, using } from './connecting.ts';
import { describeNamed } from './describing.ts';
import { renderedValue } from './rendering.ts';

type Given = Record<string, Json>;

/** Writes a record, under a key that whoever knows it writes once by. */
export async function write(services: ActionServices, step: Step<'write'>): Promise<Performed> {
  const { action, scope, idempotencyKey } = step;
  const values = action.fields ? renderedValue(action.fields as Json, scope) : undefined;
  return using(services, step, async (session, connection) => {
    const described = await describeNamed(session, connection.provider, action.object ?? '');
    const record = (values?.value ??
      (await standard(services, step, connection, described))) as Given;
    const { operation, key } = wayOf(step, connection, described, record);
    const input = { object: described.name, operation, key: [...key], record };
    const missing = values?.missing ?? [];
    step.show({ input, missing });
    if (Object.keys(record).length === 0) {
      throw new StepError('There is no field to write: name some in `fields`.');
    }
    if (step.isDry) return { kind: 'done', input, output: null, missing };
    const { depth } = step;
    const asked = { operation, key: key.length > 0 ? key : undefined, idempotencyKey, depth };
    const { id: connection_id, provider } = connection;
    const place = { connection_id, provider, object: described.name };
    const named = namedIn(record, key);
    await note(services, step, { ...place, key: named });
    const outcome = outcomeOf(await writeOne(session, described, asked, record));
    const { id } = outcome;
    const made = described.key.length > 1 ? outcome.key && keyText(outcome.key) : id;
    if (made !== undefined && made !== named) {
      await (named === '' ? noteName : note)(services, step, { ...place, key: made });
    }
    return { kind: 'done', input, output: { id: id ?? null, record }, missing };
  });
}

/** By what whoever follows the object finds the record; '' where only its system will know. */
function namedIn(record: Given, key: readonly string[]): string {
  const parts = key.map((name) => [name, textOf(record[name])] as const);
  return parts.length === 0 || parts.some(([, text]) => text === null)
    ? ''
    : keyText(Object.fromEntries(parts));
}

function textOf(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What both objects have in common, where nobody says which field goes where. */
async function standard(
  { database }: ActionServices,
  { organization, trigger, record }: Step<'write'>,
  { provider }: ConnectionRow,
  { name, fields, key }: Description,
): Promise<Given> {
  const { reading } = database.of(organization);
  const id = trigger.connection_id;
  const source = id ? await selectConnection(reading, organization, id) : undefined;
  const from = { provider: source?.provider ?? '', object: trigger.object ?? '' };
  return standardFields(from, { provider, object: name, fields, key }, record);
}

/** @throws StepError where a record could not be found again */
function wayOf(
  { action: { operation, key } }: Step<'write'>,
  { provider }: ConnectionRow,
  { name: object, ...described }: Description,
  record: Given,
) {
  const said = { operation, key: key ? [key].flat() : undefined };
  const way = howToWrite(said, { provider, object, ...described }, Object.keys(record));
  if ('problem' in way) throw new StepError(way.problem);
  return way;
}

type Asked = Parameters<typeof writeRecords>[2];

async function writeOne(
  session: Session,
  described: Description,
  { key, ...asked }: { [M in keyof Asked]: Asked[M] | undefined } & Pick<Asked, 'operation'>,
  record: Given,
): Promise<ApplyResult> {
  const { idempotencyKey, depth } = asked;
  try {
    const writing = {
      operation: asked.operation,
      ...(key ? { key } : {}),
      ...(idempotencyKey ? { idempotencyKey } : {}),
      ...(depth === undefined ? {} : { depth }),
    };
    const [outcome = {}] = await writeRecords(session, described, writing, [record]);
    return outcome;
  } catch (error) {
    if (error instanceof AppError && error.status < 500) throw new StepError(error.message);
    throw error;
  }
}

/** @throws ConnectorError, StepError */
function outcomeOf(result: ApplyResult): ApplyResult {
  const { error, isUnknown } = result;
  if (error === undefined) return result;
  throw isUnknown ? new ConnectorError('retry', error) : new StepError(error);
}
