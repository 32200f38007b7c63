import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exists } from './processes.ts';
import { codeOf } from './refusal.ts';

/**
 * Builds a folder beside its final place and renames it there, so that nobody ever sees half of it.
 * If another process was faster, its folder stays and ours is discarded.
 */
export async function placeWhole(target: string, build: (folder: string) => Promise<void>) {
  const folder = `${target}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await build(folder);
    await renameUnlessTaken(folder, target);
    await syncFolder(dirname(target));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what a process that was killed while building had made so far. */
export async function removeAbandoned(target: string) {
  const prefix = `${basename(target)}.new-`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix) || exists(Number.parseInt(name.slice(prefix.length), 10)))
      continue;
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

async function renameUnlessTaken(folder: string, target: string) {
  try {
    await rename(folder, target);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function syncFolder(folder: string) {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
