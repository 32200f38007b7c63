import type { ReadContext, WriteContext } from '../../platform/context.ts';
import type { Agent } from '../../platform/objects.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { appoint, requireUse } from '../connections/own.ts';
import type { Providers } from '../connections/providers.ts';
import { selectConnection } from '../connections/store.ts';
import { selectSync } from '../syncs/store.ts';
import { typesOf } from './given.ts';
import { selectWaitingTypes, type WebhookRow } from './store.ts';
import { ownObjectOf } from './telling/own.ts';

type Asking = Pick<ReadContext, 'caller' | 'organization'>;
type Heard = Pick<WebhookRow, 'events' | 'agent'>;
type Filters = Pick<WebhookRow, 'filter_connection_id' | 'filter_sync_id'>;

/**
 * What happens in a product of this server is told to those only who could read it there.
 * @throws AppError missing_scope, forbidden (403)
 */
export async function requireHearing(
  ctx: Asking,
  providers: Providers,
  { events, agent }: Heard,
): Promise<void> {
  const objects = new Set(events.flatMap(typesOf).map(ownObjectOf));
  for (const one of objects) {
    if (!one) continue;
    const { provider, object } = one;
    await requireUse(
      ctx,
      providers,
      { provider, agent: agentFor(provider, agent) },
      { object, act: 'read' },
    );
  }
}

/**
 * Whoever changes where a webhook leads, or has it send again, gets what it is told, and what waits for it:
 * it may have wanted to hear of more before. @throws AppError missing_scope, forbidden (403)
 */
export async function requireTakingAll(
  ctx: Asking & { readonly db: Db },
  providers: Providers,
  { id, events, agent }: Heard & Pick<WebhookRow, 'id'>,
): Promise<void> {
  const waiting = await selectWaitingTypes(ctx.db, ctx.organization, id);
  await requireTaking(ctx, providers, { events: [...events, ...waiting], agent });
}

/**
 * What a webhook is told is for those who could read it themselves: of records that syncs take out of
 * Scheduling, and in notices, what whoever made the webhook may read there.
 * @throws AppError missing_scope, forbidden (403)
 */
export async function requireTaking(
  ctx: Asking & { readonly db: Db },
  providers: Providers,
  { events, agent }: Heard,
): Promise<void> {
  await requireHearing(ctx, providers, { events, agent });
  const own = providers.find('scheduling')?.own;
  if (!own || !agent || ctx.caller.kind === 'operator') return;
  if (!events.flatMap(typesOf).some(isOfAnything)) return;
  const product = await own.load();
  const eyes = await product.callerOf(ctx.db, ctx.organization, agent).catch(endedIsAll);
  const read = product.objects.flatMap((object) => object.read.scope ?? []);
  const needed = read.filter((scope) => eyes?.scopes.has(scope) ?? true);
  if (needed.length === 0) return;
  const lacked = needed.filter((scope) => !ctx.caller.scopes.has(scope));
  if (lacked.length > 0) {
    const message = `What is of Scheduling may wait there: these credentials lack ${lacked.join(', ')}; ask for it.`;
    throw new AppError('missing_scope', { message });
  }
  product.requireReach(ctx.caller, agent);
}

/** Which product it is from stands in no type. */
function isOfAnything(type: string): boolean {
  return type.startsWith('record.') || type === 'notice.sent';
}

/** Nobody says any more what a client that has ended could read. */
function endedIsAll(error: unknown): undefined {
  if (error instanceof AppError) return undefined;
  throw error;
}

/** @throws AppError 400 that names the member, 403 */
export async function requireFilters(
  ctx: Asking & { readonly db: Db },
  providers: Providers,
  { filter_connection_id, filter_sync_id }: Filters,
): Promise<void> {
  if (filter_connection_id !== null) {
    const row = await selectConnection(ctx.db, ctx.organization, filter_connection_id);
    if (!row) throw invalid('filter.connection_id', 'names no connection.', 'exists');
    await requireUse(ctx, providers, row, { act: 'read' });
  }
  if (filter_sync_id === null) return;
  const row = await selectSync(ctx.db, ctx.organization, filter_sync_id);
  if (!row) throw invalid('filter.sync_id', 'names no sync.', 'exists');
}

/** Whose eyes a webhook has: those of whoever makes or changes it. @throws AppError */
export async function appointFor(ctx: WriteContext, providers: Providers): Promise<Agent | null> {
  const scheduling = providers.find('scheduling');
  return scheduling ? appoint(ctx, scheduling, '') : null;
}

/** A webhook acts in Scheduling alone: in Messaging it is the bot of a connection that does. */
export function agentFor(provider: string, agent: Agent | null): Agent | null {
  return provider === 'scheduling' ? agent : null;
}
