import type { Tx } from '../../../runtime/database/database.ts';
import { reviewAlerts } from '../alerts/alerts.ts';
import { isSamePlace, leanPosition } from '../cursor/positions.ts';
import { insertPosition } from '../cursor/store.ts';
import type { Definition } from '../definition.ts';
import { deleteFollowing } from '../following/store.ts';
import { type Found, type SyncRow, selectAnySync, updateSyncAfter } from '../store.ts';
import { updateTriggerMended } from '../watches/store.ts';
import { leaveNothing } from './leaving.ts';
import { goesOn, isPart } from './part.ts';
import { type Held, type RunRow, updateSettled } from './store.ts';

export type Left = {
  /** Where the next run begins: null leaves that as it is. */
  position: string | null;
  found: Found | null;
};

/**
 * What a run that goes on has come to so far, where all is done that there was to do: its sync stands as
 * if it had ended here. What it was asked for once is done; how often it was tried, and what went wrong
 * meanwhile, means nothing.
 * False when somebody else holds it by now.
 */
export async function settle(tx: Tx, held: Held, now: Date, left: Left): Promise<boolean> {
  const run = await updateSettled(tx, held);
  if (!run) return false;
  const sync = await leaveToSync(tx, { ...run, status: 'completed' }, now, left);
  if (sync && sync.watches !== null) await updateTriggerMended(tx, held.organization, sync.watches);
  return true;
}

/** What a run that is over leaves to its sync, whoever has ended it; one that never began leaves nothing. */
export async function leave(
  tx: Tx,
  run: RunRow,
  now: Date,
  left: Left = { position: brokenOffAt(run), found: null },
): Promise<void> {
  const { organization_id: organization, sync_id, status, started_at } = run;
  if (started_at === null) return;
  const sync = await leaveToSync(tx, run, now, left);
  const isOver = run.trigger === 'realtime' && status === 'cancelled' && !sync?.next_run_at;
  // It does not begin again by itself, so that nothing is kept for it.
  if (isOver) await deleteFollowing(tx, organization, sync_id);
  await leaveNothing(tx, run, now);
}

async function leaveToSync(
  tx: Tx,
  run: RunRow,
  now: Date,
  { position, found }: Left,
): Promise<SyncRow | undefined> {
  const { organization_id: organization, id, sync_id, status } = run;
  const before = await selectAnySync(tx, organization, sync_id);
  await updateSyncAfter(tx, organization, sync_id, {
    outcome: status === 'completed' || status === 'failed' ? status : null,
    run: id,
    isWhole: !isPart(run.request),
    position,
    found,
    now,
  });
  const isShown = before?.watches === null;
  if (isShown && position !== null && !isSamePlace(position, before.position)) {
    const kept = { position: leanPosition(position), run_id: id };
    await insertPosition(tx, organization, sync_id, { ...kept, set_by: null, created_at: now });
  }
  const sync = await selectAnySync(tx, organization, sync_id);
  if (sync) await reviewAlerts({ tx, organization, now }, sync);
  return sync;
}

/** Where the next run begins after one that has not come to its end: behind what it has written. */
export function brokenOffAt({ plan, request, position }: RunRow): string | null {
  const begun = plan as { definition: Definition } | null;
  return begun && goesOn(begun.definition, request) ? position : null;
}
