import type { WriteContext } from '../../platform/context.ts';
import { reviewAlerts } from './alerts/alerts.ts';
import { updateRunsCancelled } from './runs/store.ts';
import { selectSync, updateSyncsStopped } from './store.ts';

/** Stops the syncs that use a connection, and their runs. */
export async function stopSyncsOf(
  { tx, organization, now }: WriteContext,
  connectionId: string,
): Promise<void> {
  const stopped = await updateSyncsStopped(tx, organization, connectionId, now);
  await updateRunsCancelled(tx, organization, stopped, now);
  for (const id of stopped) {
    const sync = await selectSync(tx, organization, id);
    if (sync) await reviewAlerts({ tx, organization, now }, sync);
  }
  tx.announce('sync_run');
}
