import type { WriteContext } from '../../platform/context.ts';
import { updateRunsCancelled } from './runs/store.ts';
import { updateSyncsStopped } from './store.ts';

/** Stops the syncs that use a connection, and their runs. */
export async function stopSyncsOf(
  { tx, organization, now }: WriteContext,
  connectionId: string,
): Promise<void> {
  const stopped = await updateSyncsStopped(tx, organization, connectionId, now);
  await updateRunsCancelled(tx, organization, stopped, now);
  tx.announce('sync_run');
}
