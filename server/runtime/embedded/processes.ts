import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { codeOf } from './refusal.ts';

export function exists(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * Whether the process can be the postmaster of this cluster. In doubt it can: taking a running
 * one for dead would put two on the same files.
 */
export async function canBePostmaster(pid: number, clusterDirectory: string): Promise<boolean> {
  if (!isOurs(pid)) return false;
  return process.platform === 'linux'
    ? worksIn(pid, clusterDirectory)
    : /postgres/.test(await commandOf(pid));
}

// A postmaster is our own user's, or we are root: what refuses our signal is something else.
function isOurs(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
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

async function commandOf(pid: number): Promise<string> {
  const run = promisify(execFile);
  return run('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
