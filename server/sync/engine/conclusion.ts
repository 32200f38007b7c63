import type { Tx } from '../../runtime/database/database.ts';
import { type NewEvent, publish } from '../../runtime/events/events.ts';
import { reviewAlerts } from '../syncs/alerts/alerts.ts';
import { isSamePlace, leanPosition } from '../syncs/cursor/positions.ts';
import { insertPosition } from '../syncs/cursor/store.ts';
import { leanRunPosition } from '../syncs/runs/leaning.ts';
import { isPart } from '../syncs/runs/part.ts';
import { showRun } from '../syncs/runs/shown.ts';
import type { RunRow } from '../syncs/runs/store.ts';
import { selectSync } from '../syncs/store.ts';
import { type Claim, type Ended, type Found, updateEnded, updateSyncAfter } from './store.ts';

const eventTypes = {
  completed: 'sync.completed',
  failed: 'sync.failed',
  paused: 'sync.paused',
} as const;

export type Conclusion = Ended & { position: string | null; found: Found | null };

/** Stores how a run ended, and tells everybody. Undefined when somebody else holds it by now. */
export async function conclude(
  tx: Tx,
  claim: Claim,
  { position, found, ...ended }: Conclusion,
  now: Date,
): Promise<RunRow | undefined> {
  const { organization } = claim;
  const run = await updateEnded(tx, claim, ended, now);
  if (!run) return undefined;
  if (run.status === 'completed') await leanRunPosition(tx, run);
  const { status } = run;
  if (status === 'completed' || status === 'failed' || status === 'cancelled') {
    const outcome = status === 'cancelled' ? null : status;
    const before = await selectSync(tx, organization, run.sync_id);
    await updateSyncAfter(tx, organization, run.sync_id, {
      outcome,
      run: run.id,
      isWhole: !isPart(run.request),
      position,
      found,
      now,
    });
    if (position !== null && !isSamePlace(position, before?.position ?? null)) {
      const kept = { position: leanPosition(position), run_id: run.id };
      const row = { ...kept, set_by: null, created_at: now };
      await insertPosition(tx, organization, run.sync_id, row);
    }
    const sync = await selectSync(tx, organization, run.sync_id);
    if (sync) await reviewAlerts({ tx, organization, now }, sync);
  }
  if (status !== 'queued' && status !== 'running' && status !== 'cancelled') {
    const event: NewEvent = { type: eventTypes[status], subject: run.sync_id, data: showRun(run) };
    await publish(tx, organization, now, [event]);
  }
  return run;
}
