import type { In } from '../../../../contract/endpoint.ts';
import type { syncs } from '../../../../contract/sync/syncs.ts';
import type { OutsideContext, WriteContext } from '../../../platform/context.ts';
import { invalid } from '../../../runtime/errors.ts';
import type { Sessions } from '../../connections/sessions.ts';
import { selectConnection } from '../../connections/store.ts';
import type { Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { type Definition, define, type Given } from '../../syncs/definition.ts';
import { isSameBut, requireFollowable } from '../../syncs/realtime.ts';
import { selectSync } from '../../syncs/store.ts';
import { layRoute } from '../planning.ts';
import { wayOf } from './way.ts';

type Made = In<typeof syncs, 'createSync'>;
type Changed = In<typeof syncs, 'putSync'>;

const askSeconds = 10;

/** Makes a sync, once its source has said that it can be followed. @throws AppError 400 */
export const createAccepted =
  <T>(sessions: Sessions, create: (ctx: WriteContext, input: Made) => Promise<T>) =>
  async (ctx: OutsideContext, input: Made): Promise<T> => {
    const { body } = input;
    if (body.schedule?.trim() === 'realtime') await requireTold(ctx, sessions, define(body));
    return ctx.transaction((within) => create(within, input));
  };

/** Changes a sync, once its source has said that it can be followed so. @throws AppError 400, not_found (404) */
export const changeAccepted =
  <T>(sessions: Sessions, change: (ctx: WriteContext, input: Changed) => Promise<T>) =>
  async (ctx: OutsideContext, input: Changed): Promise<T> => {
    const { params, body } = input;
    const before = await selectSync(ctx.db, ctx.organization, params.sync);
    if (before) {
      const after = define(body as Given, before.settings);
      const isFollowed = before.schedule === 'realtime' && isSameBut(before.settings, after);
      const schedule = body.schedule?.trim() || before.schedule;
      if (schedule === 'realtime' && !isFollowed) await requireTold(ctx, sessions, after);
    }
    return ctx.transaction((within) => change(within, input));
  };

/**
 * Asks a source that tells what changes whether it can tell this. Where it cannot be asked at present,
 * the run will say so. @throws AppError 400 that names the field and what to do
 */
export async function requireTold(
  { db, organization }: Pick<OutsideContext, 'db' | 'organization'>,
  sessions: Sessions,
  definition: Definition,
): Promise<void> {
  const { source, destination } = definition;
  const connection = await selectConnection(db, organization, source.connection_id);
  const other = await selectConnection(db, organization, destination.connection_id);
  if (!connection || !other || !source.object) return;
  const { providers } = sessions;
  const origin = await providers.requireOf(db, organization, 'source.connection_id', connection);
  const target = await providers.requireOf(db, organization, 'destination.connection_id', other);
  requireFollowable(origin, target, definition, connection);
  if (origin.capabilities.realtime !== 'feed' || connection.status === 'pending') return;
  const { object } = source;
  const signal = AbortSignal.timeout(askSeconds * 1000);
  try {
    await sessions.use(connection, signal, (session) => ask(session, definition, object));
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    if (error.kind === 'retry') return;
    const field = error.field ?? (error.kind === 'configuration' ? 'schedule' : 'source.object');
    throw invalid(field, error.message);
  }
}

async function ask(session: Session, definition: Definition, object: string): Promise<void> {
  const described = await session.describe(object).catch((error) => {
    const isMissing = error instanceof ConnectorError && error.kind === 'missing';
    if (isMissing) throw error;
    return undefined;
  });
  if (!described) return;
  const route = layRoute(definition, described, null);
  const { fields } = wayOf(definition, { route, described, known: new Map() });
  const feed = await session.feed?.('heddle_asks');
  await feed?.ready();
  const names = fields.map(({ name }) => name);
  await feed?.accept({ object: described.name, fields: names, key: route.sourceKey });
}
