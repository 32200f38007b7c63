import { AppError } from '../../../runtime/errors.ts';
import { keyText } from '../../causes/causes.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import type { ApplyResult, Description, Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { writeRecords } from '../../data/records.ts';
import type { Json } from '../../values/types.ts';
import { howToWrite, standardFields } from '../records/standard.ts';
import { type ActionServices, type Performed, type Step, StepError } from './action.ts';
import { note, noteEnd, noteName, using } from './connecting.ts';
import { describeNamed } from './describing.ts';
import { valuesOf } from './known.ts';
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
    const written = { connection, described, record, key: namedIn(record, key) };
    const { id } = await noted(services, step, session, written, async () =>
      outcomeOf(await writeOne(session, described, asked, record)),
    );
    return { kind: 'done', input, output: { id: id ?? null, record }, missing };
  });
}

type Written = {
  connection: ConnectionRow;
  described: Description;
  record: Given;
  /** As `namedIn` says. */
  key: string;
};

/** Says before and after it what a record sets off that is written. */
async function noted(
  services: ActionServices,
  step: Step<'write'>,
  session: Session,
  { connection: { id: connection_id, provider }, described, record, key }: Written,
  work: () => Promise<ApplyResult>,
): Promise<ApplyResult> {
  const place = { connection_id, provider, object: described.name };
  const since = await session.now?.();
  const known = { connectionId: connection_id, described, key, record };
  const values = since === undefined ? await valuesOf(services, step, known) : undefined;
  const stretch = since === undefined ? undefined : { since };
  await note(services, step, { ...place, key, stretch, values });
  const outcome = await work();
  const to = await session.now?.();
  const made = described.key.length > 1 ? outcome.key && keyText(outcome.key) : outcome.id;
  if (made !== undefined && made !== key) {
    const whole = stretch && to !== undefined ? { ...stretch, to } : undefined;
    const cause = { ...place, key: made, stretch: whole, values };
    await (key === '' ? noteName : note)(services, step, cause);
  }
  if (key !== '' && to !== undefined) await noteEnd(services, step, { ...place, key, to });
  return outcome;
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
