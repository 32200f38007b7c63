import type { OutsideContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import { requireUse } from '../connections/own.ts';
import type { Sessions } from '../connections/sessions.ts';
import { type ConnectionRow, selectConnection } from '../connections/store.ts';
import type { Connector, Description, Session } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { matchName, nearest } from '../conventions/names.ts';
import { check } from '../filters/check.ts';
import { requireRoom } from '../syncs/realtime.ts';
import { type Cause, looksAtRecords } from './definition.ts';
import { readFilter } from './filters.ts';
import { ownObjectOfEvent } from './happenings/types.ts';

const askSeconds = 10;
const slot = 'heddle_asks';

/**
 * What a trigger looks at, its fields in the spelling of the system, which is asked whether it has them
 * and tells them. Where it cannot be asked at present, the trigger will say so.
 * @throws AppError 400 that names the member and what to do, missing_scope, forbidden (403)
 */
export async function askSource(
  ctx: OutsideContext,
  sessions: Sessions,
  cause: Cause,
): Promise<Cause> {
  const { connection_id, object } = cause;
  if (connection_id === null) return cause;
  const connection = await selectConnection(ctx.db, ctx.organization, connection_id);
  if (!connection) throw invalid('connection_id', `there is no connection ${connection_id}.`);
  const { providers } = sessions;
  requireProvider(cause, connection);
  await requireNamed(cause, providers.find(connection.provider));
  await requireUse(ctx, providers, connection, { object, act: 'read' });
  if (!looksAtRecords(cause) || object === null) return cause;
  const { db, organization } = ctx;
  const connector = await providers.requireOf(db, organization, 'connection_id', connection);
  if (!connector.capabilities.read) throw invalid('connection_id', 'cannot be read from.');
  if (connector.capabilities.realtime === 'feed') requireRoom(connection, 'connection_id');
  if (cause.type === 'record_deleted') await requireDeletions(connector, object);
  if (connection.status === 'pending') return cause;
  const signal = AbortSignal.timeout(askSeconds * 1000);
  try {
    return await sessions.use(connection, signal, (session) =>
      accept(session, connector, { ...cause, object }),
    );
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.kind === 'retry') return cause;
    throw invalid(error.kind === 'configuration' ? 'connection_id' : 'object', error.message);
  }
}

/** What a product tells is heard through a connection to it. @throws AppError 400 */
function requireProvider({ event }: Cause, { provider }: ConnectionRow): void {
  const own = ownObjectOfEvent(event);
  if (own === undefined || own.provider === provider) return;
  throw invalid('connection_id', `must be a connection of the provider ${own.provider}.`);
}

/** Who may read some records of a product may not read all of them. @throws AppError 400 */
async function requireNamed({ event, object }: Cause, connector: Connector | undefined) {
  if (!connector?.own || object !== null || !event?.startsWith('record.')) return;
  const names = (await connector.own.load()).objects.map(({ name }) => name).sort();
  const rule = `is required: of the records of ${connector.provider} those of one object are heard: ${names.join(', ')}.`;
  throw invalid('object', rule, 'required');
}

async function requireDeletions({ capabilities, own, provider }: Connector, object: string) {
  if (capabilities.realtime === 'feed') return;
  const objects = own ? (await own.load()).objects : [];
  const found = objects.find(({ name }) => name === object.toLowerCase());
  if (own && (!found || found.read.gone)) return;
  const what = `it is not told which records of ${object} are deleted in ${provider}`;
  const instead = 'choose record_updated, with a filter on a field that says so, if there is one';
  throw invalid('type', `must not be record_deleted here: ${what}; ${instead}.`);
}

type Asked = Cause & { readonly object: string };

async function accept(session: Session, connector: Connector, cause: Asked): Promise<Cause> {
  const described = await session.describe(cause.object);
  if (described.key.length === 0) {
    const message = `${described.name} has no primary key, by which its records are told apart: give it one first.`;
    throw invalid('object', message);
  }
  const field = fieldOf(described, 'field', cause.field);
  const cursor_field = cursorOf(connector, described, cause.cursor_field);
  const filter = readFilter(cause);
  if (filter) check(filter, described.fields);
  if (connector.capabilities.realtime === 'feed') {
    const feed = await session.feed?.(slot);
    await feed?.ready();
    const fields = described.fields.map(({ name }) => name);
    await feed?.accept({ object: described.name, fields, key: described.key });
  }
  return { ...cause, field, cursor_field };
}

/** By which field what is new is found, where that has to be said. */
function cursorOf(
  { capabilities, provider }: Connector,
  { name, cursor, fields, cursorFields }: Description,
  given: string | null,
): string | null {
  if (capabilities.realtime === 'feed') {
    if (given === null) return null;
    const message = `must not be given: ${provider} tells itself what changes.`;
    throw invalid('cursor_field', message);
  }
  const found = fieldOf({ name, fields }, 'cursor_field', given);
  if (found !== null || cursor !== undefined || capabilities.realtime === 'cursor') return found;
  const near = cursorFields.length > 0 ? `; it has ${cursorFields.join(', ')}` : '';
  const message = `is required: name a field of ${name} that grows with every change, like updated_at${near}.`;
  throw invalid('cursor_field', message, 'required');
}

function fieldOf(
  { name, fields }: Pick<Description, 'name' | 'fields'>,
  member: 'field' | 'cursor_field',
  given: string | null,
): string | null {
  if (given === null) return null;
  const names = fields.map((field) => field.name);
  const found = matchName(names, given);
  if (found !== undefined) return found;
  const near = nearest(given, names);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw invalid(member, `${name} has no field ${given}.${hint}`);
}
