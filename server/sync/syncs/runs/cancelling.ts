import type { WriteContext } from '../../../platform/context.ts';
import { leave } from './ending.ts';
import { updateRunsCancelled } from './store.ts';

/** Ends the active runs of syncs; whoever works on one hears of it in a moment. */
export async function cancelActiveRuns(
  { tx, organization, now }: Pick<WriteContext, 'tx' | 'organization' | 'now'>,
  syncIds: readonly string[],
): Promise<void> {
  for (const run of await updateRunsCancelled(tx, organization, syncIds, now)) {
    await leave(tx, run, now);
  }
  tx.announce('sync_run');
}
