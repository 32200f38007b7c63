import type { Tx } from '../../../runtime/database/database.ts';
import { reviewAlerts } from '../alerts/alerts.ts';
import { isSamePlace, leanPosition } from '../cursor/positions.ts';
import { insertPosition } from '../cursor/store.ts';
import type { Definition } from '../definition.ts';
import { deleteFollowing } from '../following/store.ts';
import { type Found, selectSync, updateSyncAfter } from '../store.ts';
import { leaveNothing } from './leaving.ts';
import { goesOn, isPart } from './part.ts';
import type { RunRow } from './store.ts';

export type Left = {
  /** Where the next run begins: null leaves that as it is. */
  position: string | null;
  found: Found | null;
};

/** What a run that is over leaves to its sync, whoever has ended it; one that never began leaves nothing. */
export async function leave(
  tx: Tx,
  run: RunRow,
  now: Date,
  { position, found }: Left = { position: brokenOffAt(run), found: null },
): Promise<void> {
  const { organization_id: organization, id, sync_id, status, started_at } = run;
  if (started_at === null) return;
  const before = await selectSync(tx, organization, sync_id);
  await updateSyncAfter(tx, organization, sync_id, {
    outcome: status === 'completed' || status === 'failed' ? status : null,
    run: id,
    isWhole: !isPart(run.request),
    position,
    found,
    now,
  });
  if (position !== null && !isSamePlace(position, before?.position ?? null)) {
    const kept = { position: leanPosition(position), run_id: id };
    await insertPosition(tx, organization, sync_id, { ...kept, set_by: null, created_at: now });
  }
  const sync = await selectSync(tx, organization, sync_id);
  const isOver = run.trigger === 'realtime' && status === 'cancelled' && !sync?.next_run_at;
  // It does not begin again by itself, so that nothing is kept for it.
  if (isOver) await deleteFollowing(tx, organization, sync_id);
  if (sync) await reviewAlerts({ tx, organization, now }, sync);
  await leaveNothing(tx, run, now);
}

/** Where the next run begins after one that has not come to its end: behind what it has written. */
export function brokenOffAt({ plan, request, position }: RunRow): string | null {
  const begun = plan as { definition: Definition } | null;
  return begun && goesOn(begun.definition, request) ? position : null;
}
