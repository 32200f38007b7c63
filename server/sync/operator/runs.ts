import { setTimeout } from 'node:timers/promises';
import type { Platform } from '../../platform/platform.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { Alone } from '../engine/alone.ts';
import { getRunLog } from '../syncs/log/log.ts';
import { listRejected as listRejectedOf, retryRejected } from '../syncs/rejected/rejected.ts';
import * as rules from '../syncs/runs/runs.ts';
import { selectSync } from '../syncs/store.ts';
import { listAll, sessionsOf } from './acting.ts';
import { findSync, type Named } from './finding.ts';
import { selectIsAttended, selectIsWorkerThere } from './store.ts';

const lookMilliseconds = 300;
const shownMax = 20;
const linesMax = 1_000;

type Shown = Awaited<ReturnType<typeof rules.getRun>>;

/** `signal` ends the watching. */
export type Watching = {
  signal: AbortSignal;
  /**
   * Told how the run stands. `isAttended`: somebody does it, or will take it up; `behind`: so many seconds
   * behind its source, in realtime.
   */
  show(run: Shown, isAttended: boolean, behind: number | null): void;
  /** Told that the database cannot be reached just now. */
  lost(): void;
  /** No server takes up the run, so that this process does it: what is said of that. */
  alone(run: Shown): void;
};

/**
 * Begins a run. Where a server does runs it is answered at once, or when it is over (`waits`); where
 * none is, this process does the run, also one that has waited for a server.
 */
export async function runSync(
  platform: Platform,
  given: string,
  { fullRefresh, waits }: { fullRefresh: boolean; waits: boolean },
  watching: Watching,
) {
  const sync = await findSync(platform, given);
  const isServed = await selectIsWorkerThere(platform.database.system.reading);
  const left = isServed ? undefined : await waitingRunOf(sync);
  const body = fullRefresh ? { full_refresh: true } : {};
  const run = left ?? (await begin(platform, sync, body));
  return carryOut(platform, sync, run, { isServed, waits }, watching);
}

/** Follows the run that is active, or the last one, until it is over or paused. */
export async function watchSync(platform: Platform, given: string, watching: Watching) {
  const sync = await findSync(platform, given);
  const [run] = await runsOf(sync, 1);
  if (!run) throw invalid('sync', `${sync.name} has not run yet: heddle sync run ${sync.id}`);
  return follow(sync, run, watching);
}

export async function listRuns(platform: Platform, given: string) {
  return runsOf(await findSync(platform, given), shownMax);
}

/** Goes on with the last run, which is paused, failed or cancelled. */
export async function resumeRun(
  platform: Platform,
  given: string,
  { accept, waits }: { accept: boolean; waits: boolean },
  watching: Watching,
) {
  const sync = await findSync(platform, given);
  const params = { sync: sync.id, run: await lastRun(sync) };
  const isServed = await selectIsWorkerThere(platform.database.system.reading);
  const resume = rules.resumeRun(sessionsOf(platform).providers);
  const run = await sync.acting.write((ctx) =>
    resume(ctx, { params, query: {}, body: { accept } }),
  );
  return carryOut(platform, sync, run, { isServed, waits }, watching);
}

export async function cancelRun(platform: Platform, given: string) {
  const sync = await findSync(platform, given);
  const params = { sync: sync.id, run: await lastRun(sync) };
  return sync.acting.write((ctx) => rules.cancelRun(ctx, { params, query: {}, body: undefined }));
}

/** What a run says of itself; by default the last one. */
export async function listLog(platform: Platform, given: string, id?: string) {
  const sync = await findSync(platform, given);
  const params = { sync: sync.id, run: id ?? (await lastRun(sync)) };
  const list = getRunLog(servicesOf(platform));
  const input = { params, query: { limit: linesMax }, body: undefined };
  return (await list(sync.acting.reading, input)).body;
}

/** What a run has set aside; by default the last one that did. */
export async function listRejected(platform: Platform, given: string, id?: string) {
  const sync = await findSync(platform, given);
  const run = id ?? (await faultyRun(sync));
  if (run === undefined) return [];
  const list = listRejectedOf(servicesOf(platform));
  const params = { sync: sync.id, run };
  return listAll(
    (query) => list(sync.acting.reading, { params, query, body: undefined }),
    (row) => row.id,
  );
}

/** Runs these records only, as the source has them now. */
export async function retryRejectedOf(
  platform: Platform,
  given: string,
  { id, waits }: { id: string | undefined; waits: boolean },
  watching: Watching,
) {
  const sync = await findSync(platform, given);
  const before = id ?? (await faultyRun(sync));
  if (before === undefined) throw invalid('sync', 'no run has set anything aside.');
  const isServed = await selectIsWorkerThere(platform.database.system.reading);
  const retry = retryRejected(servicesOf(platform));
  const params = { sync: sync.id, run: before };
  const run = await sync.acting.write((ctx) => retry(ctx, { params, query: {}, body: undefined }));
  return carryOut(platform, sync, run, { isServed, waits }, watching);
}

function servicesOf(platform: Platform) {
  return { keyring: platform.keyring, providers: sessionsOf(platform).providers };
}

async function begin(platform: Platform, sync: Named, body: { full_refresh?: boolean }) {
  const run = rules.runSync(servicesOf(platform));
  try {
    return await sync.acting.write((ctx) =>
      run(ctx, { params: { sync: sync.id }, query: {}, body }),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'run_active') throw await activeIn(sync);
    if (error.fields?.[0]?.field !== 'enabled') throw error;
    throw invalid('sync', `it is stopped; let it run with heddle sync enable ${sync.id}`);
  }
}

async function activeIn(sync: Named): Promise<AppError> {
  const [run] = await runsOf(sync, 1);
  const message =
    run?.status === 'paused'
      ? `The last run is paused: ${run.pause?.reason} Let it go on with heddle sync resume ${sync.id} --accept, or end it with heddle sync cancel ${sync.id}.`
      : `A run is under way: heddle sync watch ${sync.id} shows it, heddle sync cancel ${sync.id} ends it.`;
  return new AppError('run_active', { message });
}

async function carryOut(
  platform: Platform,
  sync: Named,
  run: Shown,
  { isServed, waits }: { isServed: boolean; waits: boolean },
  watching: Watching,
) {
  if (isServed) return waits ? follow(sync, run, watching) : run;
  watching.alone(run);
  const alone = new Alone(platform);
  try {
    const { organization } = sync.acting;
    const doing = alone.do(
      { organization_id: organization, sync_id: sync.id, id: run.id },
      watching.signal,
    );
    const [followed] = await Promise.all([follow(sync, run, watching, true), doing]);
    return followed;
  } finally {
    await alone.close();
  }
}

/**
 * Until the run is over or paused. Where somebody else does it, this waits for a database that cannot be
 * reached.
 */
async function follow(
  sync: Named,
  begun: Shown,
  { signal, show, lost }: Watching,
  isAlone = false,
): Promise<Shown> {
  let run = begun;
  for (;;) {
    try {
      run = await look(sync, run.id);
      const isOver = run.status !== 'queued' && run.status !== 'running';
      if (isOver || signal.aborted) return run;
      const isDone = isAlone || (await isAttended(sync, run.id));
      show(run, isDone, await behindOf(sync, run));
    } catch (error) {
      if (isAlone || !isOutage(error)) throw error;
      if (signal.aborted) return run;
      lost();
    }
    await setTimeout(lookMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

async function look({ acting, id }: Named, run: string): Promise<Shown> {
  return rules.getRun(acting.reading, { params: { sync: id, run }, query: {}, body: undefined });
}

async function isAttended({ acting }: Named, run: string): Promise<boolean> {
  const { platform, organization } = acting;
  return selectIsAttended(platform.database.system.reading, organization, run);
}

async function behindOf({ acting, id }: Named, { trigger }: Shown): Promise<number | null> {
  if (trigger !== 'realtime') return null;
  const { db, organization } = acting.reading;
  return (await selectSync(db, organization, id))?.lag?.seconds ?? null;
}

function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.code === 'overloaded';
}

/** One that nobody has taken up. */
async function waitingRunOf(sync: Named): Promise<Shown | undefined> {
  const [run] = await runsOf(sync, 1);
  return run?.status === 'queued' || run?.status === 'running' ? run : undefined;
}

async function lastRun(sync: Named): Promise<string> {
  const [run] = await runsOf(sync, 1);
  if (!run) throw invalid('sync', `${sync.name} has not run yet.`);
  return run.id;
}

async function faultyRun(sync: Named): Promise<string | undefined> {
  const runs = await runsOf(sync, shownMax);
  return runs.find(({ records_failed }) => records_failed > 0)?.id;
}

async function runsOf({ acting, id }: Named, limit: number): Promise<Shown[]> {
  const input = { params: { sync: id }, query: { limit }, body: undefined };
  return (await rules.listRuns(acting.reading, input)).body;
}
