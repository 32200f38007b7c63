import type { WriteContext } from '../../../platform/context.ts';
import { reviewAlerts } from '../alerts/alerts.ts';
import { selectSlot } from '../following/store.ts';
import { cancelActiveRuns } from '../runs/cancelling.ts';
import { selectAnySync } from '../store.ts';
import { updateSyncsStopped } from './store.ts';

/** What becomes of the syncs of a connection that goes. */
export const syncsOfConnection = { stop: stopSyncsOf, slotOf: selectSlot };

/** Stops the syncs that use a connection, and their runs. */
async function stopSyncsOf(ctx: WriteContext, connectionId: string): Promise<void> {
  const { tx, organization, now } = ctx;
  const stopped = await updateSyncsStopped(tx, organization, connectionId, now);
  await cancelActiveRuns(ctx, stopped);
  for (const id of stopped) {
    const sync = await selectAnySync(tx, organization, id);
    if (sync) await reviewAlerts({ tx, organization, now }, sync);
  }
}
