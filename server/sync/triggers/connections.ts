import type { WriteContext } from '../../platform/context.ts';
import { syncsOfConnection } from '../syncs/stopping/stopping.ts';
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
