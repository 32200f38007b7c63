import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDiskFull, type Room, storageFull } from '../../runtime/disk/room.ts';

const abandonedMilliseconds = 24 * 3600 * 1000;

/** Holds files while they arrive, on the disk of this machine, next to those that are kept. */
export class Spool {
  readonly #folder: string;
  readonly #room: Room;

  constructor(folder: string, room: Room) {
    this.#folder = folder;
    this.#room = room;
  }

  /**
   * A folder for one piece of work, removed with everything in it when the work ends.
   * @throws AppError storage_full (507) when the disk is full, or would be with so many bytes more
   */
  async use<T>(work: (folder: string) => Promise<T>, bytes = 0): Promise<T> {
    await this.#room.require(bytes);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(this.#folder, 'file-'));
    try {
      return await work(folder);
    } catch (error) {
      throw isDiskFull(error) ? storageFull() : error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Writes an arriving stream to a new file. @throws AppError storage_full (507) */
  async fill(path: string, content: AsyncIterable<Buffer>): Promise<void> {
    await pipeline(this.#room.watch(content), createWriteStream(path, { mode: 0o600 }));
  }

  /** Removes what killed processes have left behind. */
  async sweep(now: Date): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const path = join(this.#folder, name);
      const age = now.getTime() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
      if (age > abandonedMilliseconds) await rm(path, { recursive: true, force: true });
    }
  }
}
