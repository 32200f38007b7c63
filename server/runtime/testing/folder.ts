import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const memory = '/dev/shm';
const memoryBytesMin = 2 ** 31;

/**
 * Where the databases of tests are put: into memory if there is room. A database is hundreds of files,
 * which a busy disk takes a second for.
 */
export const databaseFolder = hasRoom(memory) ? memory : tmpdir();

function hasRoom(path: string): boolean {
  if (!existsSync(path)) return false;
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize >= memoryBytesMin;
}
