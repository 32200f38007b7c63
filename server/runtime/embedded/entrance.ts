import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { connect } from './connection.ts';
import type { Folder } from './folder.ts';
import type { Log } from './log.ts';
import { type Attempt, findPostmaster, startPostmaster } from './postmaster.ts';

/**
 * What is needed to get a connection: the folders, and how to start PostgreSQL when it does not
 * run.
 */
export type Entrance = {
  folder: Folder;
  program: string;
  settings: Record<string, string>;
  log: Log;
};

type Wait = { begun: number; noticed: number; absentSince?: number; failures: number };

const pauseMilliseconds = 20;
const retryMilliseconds = 200;
const noticeMilliseconds = 5_000;
const patienceMilliseconds = 30_000;
const failuresMax = 3;

// Another postmaster was faster; or the last one was killed, and its orphans are still ending.
const contested = /lock file .* already exists|shared memory block|could not bind/;

/**
 * A connection to the database `postgres`, for which PostgreSQL is started when it does not run.
 * It takes as long as a living postmaster needs, recovery after a crash included. Undefined when
 * we are leaving and nothing runs, or nothing serves us in time.
 */
export async function enter(entrance: Entrance, leaving: AbortSignal) {
  const wait: Wait = { begun: performance.now(), noticed: performance.now(), failures: 0 };
  let attempt: Attempt | undefined;
  for (;;) {
    const found = await connect(entrance.folder.sockets, `heddle ${process.pid}`);
    if (found instanceof pg.Client) return found;
    if (found.kind === 'busy') delete wait.absentSince;
    else if (leaving.aborted && !(await runs(entrance, attempt))) return undefined;
    else attempt = await startUnlessRunning(entrance, wait, attempt);
    if (leaving.aborted && performance.now() - wait.begun > patienceMilliseconds) return undefined;
    notice(entrance.log, wait, found.reason);
    await sleep(pauseMilliseconds);
  }
}

async function runs({ folder }: Entrance, attempt: Attempt | undefined): Promise<boolean> {
  return attempt?.ended === false || (await findPostmaster(folder.cluster)) !== undefined;
}

async function startUnlessRunning(entrance: Entrance, wait: Wait, attempt: Attempt | undefined) {
  const { folder, program, settings, log } = entrance;
  wait.absentSince ??= performance.now();
  if (attempt && !attempt.ended) return attempt;
  const pid = await findPostmaster(folder.cluster);
  if (pid) {
    checkSocket(pid, wait.absentSince, folder);
    return undefined;
  }
  if (attempt) {
    checkComplaint(attempt.complaint, wait, folder);
    await sleep(retryMilliseconds);
  }
  return startPostmaster(folder, program, settings, log);
}

// The socket is there within a moment of the start, long before recovery begins.
function checkSocket(pid: number, absentSince: number, { sockets, cluster }: Folder) {
  if (performance.now() - absentSince < patienceMilliseconds) return;
  throw new Error(
    `PostgreSQL seems to run as process ${pid} on ${cluster}, but nothing answers in ${sockets}. ` +
      `If ${pid} is PostgreSQL, end it (kill -INT ${pid}) and start again; ` +
      `if it is something else, remove ${cluster}/postmaster.pid.`,
  );
}

function checkComplaint(complaint: string, wait: Wait, { cluster }: Folder) {
  const waited = performance.now() - (wait.absentSince ?? wait.begun);
  if (contested.test(complaint) && waited < patienceMilliseconds) return;
  wait.failures += 1;
  if (wait.failures < failuresMax && !contested.test(complaint)) return;
  throw new Error(
    `PostgreSQL does not start on ${cluster}: ${complaint || 'it says nothing'}. ` +
      `Its log is in ${cluster}/log.`,
  );
}

function notice(log: Log, wait: Wait, reason: string) {
  const now = performance.now();
  if (now - wait.noticed < noticeMilliseconds) return;
  wait.noticed = now;
  const seconds = Math.round((now - wait.begun) / 1000);
  log.info({ seconds, reason }, 'Waiting for PostgreSQL');
}
