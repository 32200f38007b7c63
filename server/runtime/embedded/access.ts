import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { User } from './user.ts';

const readable = 4;
const traversable = 1;

/** The outermost folder above the path (the path not included) that the user cannot enter. */
export async function closedFolderAbove(path: string, user: User): Promise<string | undefined> {
  for (const folder of foldersAbove(path)) {
    if (!(await permits(folder, user, traversable))) return folder;
  }
  return undefined;
}

export async function canEnter(folder: string, user: User): Promise<boolean> {
  return permits(folder, user, traversable);
}

export async function canRead(file: string, user: User): Promise<boolean> {
  if (await closedFolderAbove(file, user)) return false;
  return permits(file, user, readable);
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...foldersAbove(parent), parent];
}

async function permits(path: string, user: User, bit: number): Promise<boolean> {
  const { uid, gid, mode } = await stat(path);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & bit) !== 0;
}
