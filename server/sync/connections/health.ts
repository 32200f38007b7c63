import type { WriteContext } from '../../platform/context.ts';
import { publish } from '../../runtime/events/events.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import { Busy, ConnectorError } from '../connectors/failure.ts';
import { goneOf } from './providers.ts';
import type { Sessions } from './sessions.ts';
import { showConnection } from './shown.ts';
import { type ConnectionRow, type Looked, updateHealth, updateOrphans } from './store.ts';

const lookSeconds = 20;

/** Tries the credentials of a connection at its system; what is wrong is the answer. */
export async function look(sessions: Sessions, connection: ConnectionRow): Promise<Looked> {
  try {
    const signal = AbortSignal.timeout(lookSeconds * 1000);
    const { warnings } = await sessions.use(connection, signal, (session) => session.check());
    return { status: 'active', health: 'healthy', health_message: warnings.join(' ') || null };
  } catch (error) {
    if (error instanceof Busy) return connection;
    if (!(error instanceof ConnectorError)) throw error;
    return { status: 'error', health: 'unhealthy', health_message: error.message };
  }
}

/** The same, where nobody waits for an answer: what is wrong on our side is an answer, too. */
export async function lookAnyway(
  sessions: Sessions,
  connection: ConnectionRow,
  log: Log,
): Promise<Looked> {
  try {
    return await look(sessions, connection);
  } catch (error) {
    log.error({ ...loggable(error), connection: connection.id }, 'a connection cannot be checked');
    const health_message = 'The check went wrong on our side; the log of the server says more.';
    return { status: 'error', health: 'unhealthy', health_message };
  }
}

/** Stores what a look has shown, and publishes when it is another than before. */
export async function noteHealth(
  ctx: Pick<WriteContext, 'tx' | 'organization' | 'now'>,
  before: ConnectionRow,
  looked: Looked,
): Promise<ConnectionRow | undefined> {
  const row = await updateHealth(ctx.tx, ctx.organization, before, looked, ctx.now);
  if (row) await publishHealth(ctx, before.health, row);
  return row;
}

/** Nothing can be done any more with the connections of an extension that is deleted. */
export async function failOrphans(
  ctx: Pick<WriteContext, 'tx' | 'organization' | 'now'>,
  { provider, version }: { provider: string; version: string },
): Promise<void> {
  const message = goneOf({ provider, provider_version: version });
  const of = { provider, version };
  const rows = await updateOrphans(ctx.tx, ctx.organization, of, message, ctx.now);
  for (const { before, ...row } of rows) await publishHealth(ctx, before, row);
}

async function publishHealth(
  { tx, organization, now }: Pick<WriteContext, 'tx' | 'organization' | 'now'>,
  previous: ConnectionRow['health'],
  row: ConnectionRow,
): Promise<void> {
  if (previous === 'unknown' || previous === row.health) return;
  const data = { ...showConnection(row), previous };
  await publish(tx, organization, now, [
    { type: 'connection.health_changed', subject: row.id, data },
  ]);
}
