import type { Tx } from '../../runtime/database/database.ts';
import { type NewEvent, publish } from '../../runtime/events/events.ts';
import { deleteFollowing } from '../syncs/following/store.ts';
import { brokenOffAt, type Left, leave } from '../syncs/runs/ending.ts';
import { leanRunPosition } from '../syncs/runs/leaning.ts';
import { showRun } from '../syncs/runs/shown.ts';
import type { RunRow } from '../syncs/runs/store.ts';
import { selectAnySync } from '../syncs/store.ts';
import { updateTriggerFailed } from '../syncs/watches/store.ts';
import { wakeWorkflowRuns } from '../workflows/engine/store.ts';
import {
  type Claim,
  type Ended,
  releaseExpired,
  selectIsCancelled,
  updateAgain,
  updateEnded,
} from './store.ts';

/** After what can only be mended elsewhere. */
const againSeconds = 300;

const eventTypes = {
  completed: 'sync.completed',
  failed: 'sync.failed',
  paused: 'sync.paused',
} as const;

/**
 * `position`: where one that is completed has come to. `againAt`: when one in realtime that failed is tried
 * again.
 */
export type Conclusion = Ended & Left & { againAt?: Date };

/** Stores how a run ended, and tells everybody. Undefined when somebody else holds it by now. */
export async function conclude(
  tx: Tx,
  claim: Claim,
  conclusion: Conclusion,
  now: Date,
): Promise<RunRow | undefined> {
  const { organization, syncId } = claim;
  const sync = await selectAnySync(tx, organization, syncId);
  const watches = sync?.watches ?? null;
  const concluded = watches === null ? conclusion : await ofWatch(tx, claim, conclusion, now);
  const { position, found, againAt, ...ended } = concluded;
  const run = await updateEnded(tx, claim, ended, now);
  if (!run) return undefined;
  if (run.status === 'completed') await leanRunPosition(tx, run);
  const { status } = run;
  if (status === 'completed') await leave(tx, run, now, { position, found });
  if (status === 'failed' || status === 'cancelled') {
    await leave(tx, run, now, { position: brokenOffAt(run), found });
  }
  if (run.trigger === 'realtime') {
    // For one that waits for people nothing is kept meanwhile.
    if (conclusion.status === 'paused') await deleteFollowing(tx, organization, run.sync_id);
    if (status === 'failed' && againAt) await updateAgain(tx, organization, run.sync_id, againAt);
    // By a command, which does not follow: whoever does begins.
    if (status === 'completed') await updateAgain(tx, organization, run.sync_id, now);
  }
  if (watches !== null) {
    const { error } = run;
    if (status === 'failed') await updateTriggerFailed(tx, organization, watches, error);
    return run;
  }
  if (status !== 'queued' && status !== 'running') {
    await wakeWorkflowRuns(tx, organization, run.id, now);
  }
  if (status !== 'queued' && status !== 'running' && status !== 'cancelled') {
    const { id, sync_id, ...shown } = showRun(run);
    const data = { id, sync_id, sync_name: sync?.name ?? '', ...shown };
    const event: NewEvent = { type: eventTypes[status], subject: sync_id, data };
    await publish(tx, organization, now, [event]);
  }
  return run;
}

/** One that was to be cancelled may fail before it hears of that. */
async function ofWatch(tx: Tx, claim: Claim, conclusion: Conclusion, now: Date) {
  if (!(await selectIsCancelled(tx, claim))) return goingOn(conclusion, now);
  return { ...conclusion, status: 'cancelled' as const, error: null, pause: null, retryAt: null };
}

/** For what a trigger sees nobody is asked anything: it is tried again. */
function goingOn(conclusion: Conclusion, now: Date): Conclusion {
  const { status, pause, againAt } = conclusion;
  if (status === 'paused') {
    return {
      ...conclusion,
      status: 'failed',
      error: pause?.reason ?? null,
      pause: null,
      againAt: now,
    };
  }
  if (status !== 'failed') return conclusion;
  return { ...conclusion, againAt: againAt ?? new Date(now.getTime() + againSeconds * 1000) };
}

/** Takes runs from holders that were not heard of any more; answers their ids. */
export async function takeBackExpired(tx: Tx, now: Date): Promise<string[]> {
  const expired = await releaseExpired(tx, now);
  for (const run of expired) if (run.status === 'cancelled') await leave(tx, run, now);
  return expired.map(({ id }) => id);
}
