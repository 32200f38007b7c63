import type { ReadContext, WriteContext } from '../../platform/context.ts';
import type { Db } from '../../runtime/database/database.ts';
import { requireUse, requireUseOfGone } from '../connections/own.ts';
import type { Providers } from '../connections/providers.ts';
import { selectConnection } from '../connections/store.ts';
import type { Definition } from './definition.ts';
import { type SyncRow, selectSyncsOf } from './store.ts';

type Asking = Pick<ReadContext, 'caller' | 'organization'> & { readonly db: Db };

/**
 * A sync from or to a product of this server is for those whom the product lets do the same.
 * @throws AppError missing_scope, forbidden (403)
 */
export async function requireUseOfEnds(
  ctx: Asking,
  providers: Providers,
  { source, destination }: Pick<Definition, 'source' | 'destination'>,
): Promise<void> {
  const ends = [
    { id: source.connection_id, object: source.object, act: 'read' },
    { id: destination.connection_id, object: destination.object, act: 'insert' },
  ] as const;
  for (const { id, object, act } of ends) {
    const row = await selectConnection(ctx.db, ctx.organization, id);
    if (row) await requireUse(ctx, providers, row, { object, act });
    else await requireUseOfGone(ctx, providers, object);
  }
}

/** Of a run: what it read may be from elsewhere than what its sync reads now. */
export async function requireUseOfRun(
  ctx: Asking,
  providers: Providers,
  { plan }: { plan: unknown },
  { settings }: Pick<SyncRow, 'settings'>,
): Promise<void> {
  const begun = plan as { definition: Definition } | null;
  await requireUseOfEnds(ctx, providers, begun?.definition ?? settings);
}

/** Whoever changes where a sync reads or writes takes what it moves along. */
export const requireUseOfSyncs =
  (providers: Providers) =>
  async ({ tx, caller, organization }: WriteContext, connectionId: string): Promise<void> => {
    for (const { settings } of await selectSyncsOf(tx, organization, connectionId)) {
      await requireUseOfEnds({ db: tx, caller, organization }, providers, settings);
    }
  };
