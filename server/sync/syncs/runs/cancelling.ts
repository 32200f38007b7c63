import type { WriteContext } from '../../../platform/context.ts';
import { updateRunsCancelled } from './store.ts';

/** Ends the active run of a sync, if there is one; whoever works on it hears of it in a moment. */
export async function cancelActiveRun(
  { tx, organization, now }: Pick<WriteContext, 'tx' | 'organization' | 'now'>,
  syncId: string,
): Promise<void> {
  await updateRunsCancelled(tx, organization, [syncId], now);
  tx.announce('sync_run');
}
