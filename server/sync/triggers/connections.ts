import type { WriteContext } from '../../platform/context.ts';
import type { Providers } from '../connections/providers.ts';
import { syncsOfConnection } from '../syncs/stopping/stopping.ts';
import { requireUseOfSyncs } from '../syncs/use.ts';
import { selectUsers } from '../workflows/store.ts';
import { requireUseOfWorkflow } from '../workflows/use.ts';
import { requireUseOfSources } from './sources.ts';
import { updateTriggersWithout } from './store.ts';

const gone = 'Its connection was deleted: give it another one, or delete it.';

/** What becomes of the syncs and the triggers of a connection that goes. */
export const usersOfConnection = {
  ...syncsOfConnection,
  async stop(ctx: WriteContext, id: string): Promise<void> {
    await syncsOfConnection.stop(ctx, id);
    await updateTriggersWithout(ctx.tx, ctx.organization, id, gone);
  },
};

/**
 * Whoever changes where a connection leads takes along what syncs move by it, and what workflows that use
 * it know of their triggers and their other steps. @throws AppError missing_scope, forbidden (403)
 */
export const requireUseOfUsers =
  (providers: Providers) =>
  async (ctx: WriteContext, id: string): Promise<void> => {
    await requireUseOfSyncs(providers)(ctx, id);
    const { tx, caller, organization } = ctx;
    const asking = { db: tx, caller, organization };
    for (const workflow of await selectUsers(tx, organization, { kind: 'connection', id })) {
      await requireUseOfSources(asking, providers, workflow.id);
      await requireUseOfWorkflow(asking, providers, workflow.definition);
    }
  };
