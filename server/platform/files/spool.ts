import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../runtime/errors.ts';

const abandonedMilliseconds = 24 * 3600 * 1000;

/** Where files are while they arrive: on the disk of this machine, next to those that are kept. */
export class Spool {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A folder for one piece of work, gone with all that is in it once that ends.
   * @throws AppError overloaded (503) when the disk is full
   */
  async use<T>(work: (folder: string) => Promise<T>): Promise<T> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(this.#folder, 'file-'));
    try {
      return await work(folder);
    } catch (error) {
      throw isFull(error) ? full() : error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Removes what a process that was killed has left behind. */
  async sweep(now: Date): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const path = join(this.#folder, name);
      const age = now.getTime() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
      if (age > abandonedMilliseconds) await rm(path, { recursive: true, force: true });
    }
  }
}

function isFull(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function full(): AppError {
  return new AppError('overloaded', {
    message: 'The server has no room for files just now; try again later.',
    headers: { 'retry-after': '600' },
  });
}
