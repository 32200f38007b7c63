import type { Caller } from '../../platform/access/callers.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import type { Act, Agent, ProductObject } from '../../platform/objects.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Connector } from '../connectors/connector.ts';
import type { Providers } from './providers.ts';
import type { ConnectionRow } from './store.ts';

/** What somebody wants of a connection: an object, and what is to be done with its records. */
export type Use = { object?: string | null; act?: Act };

type Connected = Pick<ConnectionRow, 'provider' | 'agent'>;

/**
 * A connection to a product of this server opens to nobody what that product would not.
 * @throws AppError missing_scope, forbidden (403)
 */
export async function requireUse(
  { caller }: Pick<ReadContext, 'caller'>,
  providers: Providers,
  { provider, agent }: Connected,
  use: Use = {},
): Promise<void> {
  const own = providers.find(provider)?.own;
  if (!own) return;
  const objects = await own.load();
  requireScope(caller, neededOf(own.scopes, objects.objects, use));
  if (agent) objects.requireReach(caller, agent);
}

/** Reaches all that a product has. */
const everywhere = { practices: null };

/**
 * What was read by a connection that is gone: where that led to nobody knows, so that it is for those only
 * who may read what has the name of the object in any product. @throws AppError missing_scope, forbidden (403)
 */
export async function requireUseOfGone(
  { caller }: Pick<ReadContext, 'caller'>,
  providers: Providers,
  object: string | null | undefined,
): Promise<void> {
  for (const provider of ['scheduling', 'messaging']) {
    const product = await providers.find(provider)?.own?.load();
    const isKnown = product?.objects.some(({ name }) => name === object?.toLowerCase());
    if (!product || !isKnown) continue;
    requireScope(caller, neededOf([], product.objects, { object: object ?? null, act: 'read' }));
    if (provider === 'scheduling') product.requireReach(caller, everywhere as Agent);
  }
}

/** One of these is enough; none are needed where there are none. */
function neededOf(
  scopes: readonly string[],
  objects: readonly ProductObject[],
  { object, act }: Use,
): readonly string[] {
  const found = objects.find(({ name }) => name === object?.toLowerCase());
  if (!found) return scopes;
  const acts: readonly Act[] = act ? [act] : ['read', 'insert', 'update', 'delete'];
  return acts.flatMap((one) => found[one]?.scope ?? []);
}

function requireScope(caller: Caller, needed: readonly string[]): void {
  if (needed.length === 0 || caller.kind === 'operator') return;
  if (needed.some((scope) => caller.scopes.has(scope))) return;
  const [only, another] = needed;
  const message = another
    ? `These credentials lack scopes; ask for at least one of ${needed.join(', ')}.`
    : `These credentials lack the scope ${only}; ask for it.`;
  throw new AppError('missing_scope', { message });
}

/** Who acts for a connection that is made; null where that is said by its credentials. */
export async function appoint(
  ctx: WriteContext,
  { own }: Connector,
  name: string,
): Promise<Agent | null> {
  return own ? (await own.load()).appoint(ctx, name) : null;
}

/** And once it has been changed. */
export async function reappoint(
  ctx: WriteContext,
  { own }: Connector,
  agent: Agent | null,
  name: string,
): Promise<Agent | null> {
  if (!own) return null;
  const objects = await own.load();
  return agent ? objects.reappoint(ctx, agent, name) : objects.appoint(ctx, name);
}

export async function dismiss(
  ctx: WriteContext,
  providers: Providers,
  { provider, agent }: Connected,
): Promise<void> {
  const own = providers.find(provider)?.own;
  if (own && agent) await (await own.load()).dismiss(ctx, agent);
}
