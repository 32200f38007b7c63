import type { ReadContext } from '../../platform/context.ts';
import type { Act } from '../../platform/objects.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { requireUse, requireUseOfGone } from '../connections/own.ts';
import type { Providers } from '../connections/providers.ts';
import { type ConnectionRow, selectConnection } from '../connections/store.ts';
import { selectSync } from '../syncs/store.ts';
import { requireUseOfEnds } from '../syncs/use.ts';
import { type Action, type Definition, placedOf } from './definition.ts';
import type { Origin } from './inline.ts';
import { isSameObject } from './records/meanings.ts';

export type Asking = Pick<ReadContext, 'caller' | 'organization'> & { readonly db: Db };

const actsOf = {
  insert: ['insert'],
  upsert: ['insert', 'update'],
  update: ['update'],
  delete: ['delete'],
} as const;

/**
 * Whoever has a workflow run has done what it does: what it does in a product of this server is for those
 * whom the product lets do the same. @throws AppError missing_scope, forbidden (403)
 */
export async function requireUseOfWorkflow(
  ctx: Asking,
  providers: Providers,
  definition: Definition,
): Promise<void> {
  for (const { action } of placedOf(definition)) {
    const { connection_id, sync_id } = action;
    const row = connection_id && (await selectConnection(ctx.db, ctx.organization, connection_id));
    if (row) await requireUseOfAction(ctx, providers, row, action);
    else if (connection_id) {
      const objects = await objectsMeant(providers, ['scheduling', 'messaging'], action.object);
      for (const object of objects) await requireUseOfGone(ctx, providers, object);
    }
    const sync = sync_id && (await selectSync(ctx.db, ctx.organization, sync_id));
    if (sync) await requireUseOfEnds(ctx, providers, sync.settings);
  }
}

/**
 * What a run holds is what its trigger saw and what its steps read and wrote: it is for those whom the
 * products let do the same. @throws AppError missing_scope, forbidden (403)
 */
export async function requireUseOfWorkflowRun(
  ctx: Asking,
  providers: Providers,
  definition: Definition,
  trigger: Origin | null,
): Promise<void> {
  const { connection_id: id = null, object = null } = trigger ?? {};
  const source = id === null ? undefined : await selectConnection(ctx.db, ctx.organization, id);
  if (source) await requireUse(ctx, providers, source, { object, act: 'read' });
  else if (id !== null) await requireUseOfGone(ctx, providers, object);
  await requireUseOfWorkflow(ctx, providers, definition);
}

/**
 * Where a record that comes by the API belongs: it is known by the object of the workflow's own trigger, as
 * if that had seen it. The connection counts for those only who may read there.
 */
export async function originFor(
  ctx: Asking,
  providers: Providers,
  own: Partial<Origin> | undefined,
): Promise<Origin> {
  const { connection_id: id = null, object = null } = own ?? {};
  const row = id === null ? undefined : await selectConnection(ctx.db, ctx.organization, id);
  if (!row) return { connection_id: null, object };
  try {
    await requireUse(ctx, providers, row, { object, act: 'read' });
    return { connection_id: id, object };
  } catch (error) {
    if (error instanceof AppError && error.status === 403) return { connection_id: null, object };
    throw error;
  }
}

/** Of the connection that an action names. @throws AppError missing_scope, forbidden (403) */
export async function requireUseOfAction(
  ctx: Pick<ReadContext, 'caller'>,
  providers: Providers,
  connection: ConnectionRow,
  { type, object, operation }: Action,
): Promise<void> {
  if (type !== 'write' && type !== 'query') return requireUse(ctx, providers, connection);
  const acts = type === 'write' ? actsOf[operation ?? 'upsert'] : (['read'] as const);
  await requireUseOfObject(ctx, providers, connection, { object, acts });
}

/** Of an object by whatever name an action has for it. @throws AppError missing_scope, forbidden (403) */
export async function requireUseOfObject(
  ctx: Pick<ReadContext, 'caller'>,
  providers: Providers,
  connection: ConnectionRow,
  { object, acts }: { object: string | null | undefined; acts: readonly Act[] },
): Promise<void> {
  for (const one of await objectsMeant(providers, [connection.provider], object)) {
    for (const act of acts) await requireUse(ctx, providers, connection, { object: one, act });
  }
}

/** What of the products of this server may be meant, which steps find by the names of other systems, too. */
async function objectsMeant(
  providers: Providers,
  products: readonly string[],
  object: string | null | undefined,
): Promise<(string | null)[]> {
  if (!object) return [null];
  const meant: string[] = [];
  for (const provider of products) {
    const objects = (await providers.find(provider)?.own?.load())?.objects ?? [];
    meant.push(...objects.map(({ name }) => name).filter((name) => isSameObject(name, object)));
  }
  return meant.length > 0 ? meant : [object];
}
