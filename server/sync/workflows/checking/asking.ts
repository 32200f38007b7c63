import type { OutsideContext } from '../../../platform/context.ts';
import { invalid } from '../../../runtime/errors.ts';
import type { Sessions } from '../../connections/sessions.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import type { Description } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { describeNamed } from '../actions/describing.ts';
import type { Placed } from '../definition.ts';
import { requireUseOfAction } from '../use.ts';

const askSeconds = 20;

/** An object of a connection, and where it was named. */
type Named = { connection: ConnectionRow; object: string; field: string };

/** The fields of objects, by connection and name, as far as their systems answer. */
export type Described = ReadonlyMap<string, Description>;

export const placeIn = (connectionId: string, object: string) => `${connectionId} ${object}`;

/** The connections that actions name, which the caller may use for that. @throws AppError 400, 403 */
export async function connectionsOf(
  ctx: OutsideContext,
  { providers }: Sessions,
  placed: readonly Placed[],
): Promise<ReadonlyMap<string, ConnectionRow>> {
  const rows = new Map<string, ConnectionRow>();
  for (const { path, action } of placed) {
    const { connection_id: id } = action;
    if (!id) continue;
    const field = `${fieldOf(path)}.connection_id`;
    const row = rows.get(id) ?? (await selectConnection(ctx.db, ctx.organization, id));
    if (!row) throw invalid(field, `there is no connection ${id}.`);
    if (action.type === 'http' && row.provider !== 'http') {
      throw invalid(field, 'must be a connection of the provider http.');
    }
    rows.set(id, row);
    await requireUseOfAction(ctx, providers, row, action);
  }
  return rows;
}

/** `1` stands in `actions`, `on_error.0` for itself. */
export const fieldOf = (path: string) => (path.startsWith('on_error.') ? path : `actions.${path}`);

/**
 * Asks the systems for the objects that actions name. One that does not answer keeps nobody from going
 * on. @throws AppError 400 where there is no such object
 */
export async function describeAll(sessions: Sessions, named: readonly Named[]): Promise<Described> {
  const described = new Map<string, Description>();
  const byConnection = Map.groupBy(named, ({ connection }) => connection.id);
  const asking = [...byConnection.values()].map((each) => describeOf(sessions, each, described));
  await Promise.all(asking);
  return described;
}

async function describeOf(
  sessions: Sessions,
  named: readonly Named[],
  described: Map<string, Description>,
): Promise<void> {
  const [{ connection } = { connection: undefined }] = named;
  if (!connection || connection.status === 'pending') return;
  const limit = AbortSignal.timeout(askSeconds * 1000);
  let asked = named[0] as Named;
  try {
    await sessions.use(connection, limit, async (session) => {
      for (asked of named) {
        const place = placeIn(connection.id, asked.object);
        if (described.has(place)) continue;
        described.set(place, await describeNamed(session, connection.provider, asked.object));
      }
    });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.kind !== 'missing' && error.kind !== 'request') return;
    throw invalid(asked.field, error.message);
  }
}
