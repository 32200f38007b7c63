import type { ReadContext } from '../../platform/context.ts';
import type { Db } from '../../runtime/database/database.ts';
import { requireUse, requireUseOfGone } from '../connections/own.ts';
import type { Providers } from '../connections/providers.ts';
import { selectConnection } from '../connections/store.ts';
import { selectSources, type TriggerRow } from './store.ts';

type Asking = Pick<ReadContext, 'caller' | 'organization'> & { readonly db: Db };
type Source = Pick<TriggerRow, 'connection_id' | 'object'>;

/**
 * Whoever decides where it goes what a trigger sees, or has seen, of a product of this server could read
 * it there. @throws AppError missing_scope, forbidden (403)
 */
export async function requireUseOfSource(
  ctx: Asking,
  providers: Providers,
  { connection_id: id, object }: Source,
): Promise<void> {
  const row = id === null ? undefined : await selectConnection(ctx.db, ctx.organization, id);
  if (row) await requireUse(ctx, providers, row, { object, act: 'read' });
  else if (id !== null) await requireUseOfGone(ctx, providers, object);
}

/** The same of all triggers that set off a workflow. */
export async function requireUseOfSources(
  ctx: Asking,
  providers: Providers,
  workflowId: string,
): Promise<void> {
  for (const source of await selectSources(ctx.db, ctx.organization, workflowId)) {
    await requireUseOfSource(ctx, providers, source);
  }
}
