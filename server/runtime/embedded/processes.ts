import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { codeOf } from './refusal.ts';

export function exists(pid: number): boolean {
  return ['ok', 'EPERM'].includes(signal(pid, 0));
}

/** Sends a signal; the answer is `ok`, or the code of the error, such as ESRCH. */
export function signal(pid: number, name: NodeJS.Signals | 0): string {
  if (!(pid > 0)) return 'ESRCH';
  try {
    process.kill(pid, name);
    return 'ok';
  } catch (error) {
    return codeOf(error) ?? 'unknown';
  }
}

/**
 * Whether the process can be the postmaster of this cluster. In doubt it can: taking a running
 * one for dead would put two on the same files.
 */
export async function canBePostmaster(pid: number, clusterDirectory: string): Promise<boolean> {
  // A postmaster is our own user's, or we are root: what refuses our signal is something else.
  if (signal(pid, 0) !== 'ok') return false;
  return process.platform === 'linux'
    ? worksIn(pid, clusterDirectory)
    : /^[^Z].*postgres/.test(await commandOf(pid));
}

// A postmaster works in its data directory; a zombie works nowhere any more.
async function worksIn(pid: number, directory: string): Promise<boolean> {
  try {
    const [own, wanted] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(directory)]);
    return own.ino === wanted.ino && own.dev === wanted.dev;
  } catch (error) {
    return codeOf(error) === 'EACCES';
  }
}

// With the state before it, in which Z is a zombie.
async function commandOf(pid: number): Promise<string> {
  const run = promisify(execFile);
  return run('ps', ['-o', 'stat=', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}
