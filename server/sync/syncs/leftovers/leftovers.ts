import type { Tx } from '../../../runtime/database/database.ts';
import type { SyncRow } from '../store.ts';
import { selectPlaces, upsertLeftover } from './store.ts';

/** Whoever still works on a run of a sync that is deleted has heard of it by then. */
const deafSeconds = 30;

/** Has what a sync that is about to be deleted has left deleted, too, wherever it has ever written. */
export async function leaveNothingOf(
  tx: Tx,
  { organization_id: organization, id, fence, active }: SyncRow,
  now: Date,
): Promise<void> {
  const seconds = active === 'running' ? deafSeconds : 0;
  const due = new Date(now.getTime() + seconds * 1000);
  for (const place of await selectPlaces(tx, organization, id)) {
    await upsertLeftover(tx, organization, { ...place, fence, is_gone: true }, { now, due });
  }
}
