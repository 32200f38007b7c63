import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Folder, port } from './folder.ts';
import type { Log } from './log.ts';
import { canBePostmaster, exists, signal } from './processes.ts';
import { identity } from './user.ts';

const fastShutdownSeconds = 20;
const weekSeconds = 7 * 24 * 3600;

/** A postmaster that we started; what it says counts once it has ended. */
export type Attempt = { ended: boolean; complaint: string };

/** The process id of the running postmaster of the cluster, whoever started it. */
export async function findPostmaster(cluster: string): Promise<number | undefined> {
  const pid = await readPid(join(cluster, 'postmaster.pid'));
  return pid && (await canBePostmaster(pid, cluster)) ? pid : undefined;
}

/**
 * Starts a postmaster in a session of its own. When several do so at once, PostgreSQL's own
 * postmaster.pid decides: the others end, with a complaint about the lock file.
 */
export async function startPostmaster(
  folder: Folder,
  program: string,
  settings: Record<string, string>,
  log: Log,
): Promise<Attempt> {
  await removeOldLogs(folder.cluster);
  const impostor = await findImpostor(folder);
  if (impostor)
    log.warn({ pid: impostor }, 'The process id in postmaster.pid is not PostgreSQL any more');
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const complaints = openAnonymous(folder.data);
  const attempt: Attempt = { ended: false, complaint: '' };
  const child = spawn(program, ['-D', folder.cluster, ...words], {
    ...identity(folder.user),
    detached: true,
    cwd: '/',
    stdio: ['ignore', complaints, complaints],
    // A process id that PostgreSQL may take for its grandparent's is no rival to it. It so
    // discards the stale file by itself, after its check for orphans on the old shared memory.
    env: { LC_ALL: 'C', ...(impostor ? { PG_GRANDPARENT_PID: String(impostor) } : {}) },
  });
  const end = (error?: Error) => {
    if (attempt.ended) return;
    attempt.complaint = error?.message ?? readFrom(complaints);
    attempt.ended = true;
    closeSync(complaints);
  };
  child.once('error', end).once('exit', () => end());
  child.unref();
  if (child.pid) log.info({ pid: child.pid, cluster: folder.cluster }, 'Starting PostgreSQL');
  return attempt;
}

/** Ends the postmaster: with a checkpoint and, when that takes too long, without. */
export async function stopPostmaster(pid: number, cluster: string, log: Log): Promise<boolean> {
  signal(pid, 'SIGINT');
  if (await hasEnded(pid, cluster, fastShutdownSeconds)) return true;
  log.warn({ pid }, `PostgreSQL did not stop within ${fastShutdownSeconds} s: ending it at once`);
  signal(pid, 'SIGQUIT');
  return hasEnded(pid, cluster, fastShutdownSeconds);
}

async function hasEnded(pid: number, cluster: string, seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  while (await canBePostmaster(pid, cluster)) {
    if (Date.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

async function readPid(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Math.abs(Number.parseInt(text, 10));
  return pid > 0 ? pid : undefined;
}

// A process that is no postmaster and has the id of one that died, as happens in containers.
async function findImpostor({ cluster, sockets }: Folder): Promise<number | undefined> {
  for (const file of [join(cluster, 'postmaster.pid'), join(sockets, `.s.PGSQL.${port}.lock`)]) {
    const pid = await readPid(file);
    if (pid && exists(pid) && !(await canBePostmaster(pid, cluster))) return pid;
  }
  return undefined;
}

// What PostgreSQL says before its own log is open. Nameless, so that nothing is left behind.
function openAnonymous(directory: string): number {
  const path = join(directory, `.complaints-${process.pid}`);
  const file = openSync(path, 'w+', 0o600);
  unlinkSync(path);
  return file;
}

function readFrom(file: number): string {
  const bytes = Buffer.alloc(fstatSync(file).size);
  readSync(file, bytes, 0, bytes.length, 0);
  return bytes.toString().trim();
}

// PostgreSQL overwrites last week's file only when it is up at midnight.
async function removeOldLogs(cluster: string) {
  const directory = join(cluster, 'log');
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    const ageSeconds = found ? (Date.now() - found.mtimeMs) / 1000 : 0;
    if (ageSeconds > weekSeconds) await rm(path, { force: true });
  }
}
