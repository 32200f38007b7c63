import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FileStore, Range } from './file-store.ts';

/** Files in a folder that only the server's own user can read. */
export class DiskStore implements FileStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What was put survives a power cut. The file is moved, so it must be on the same disk. */
  async put(key: string, path: string): Promise<void> {
    const place = this.#pathOf(key);
    const folder = dirname(place);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await sync(path, 0o600);
    await rename(path, place);
    for (const one of [folder, this.#folder]) await sync(one);
  }

  async open(key: string, range?: Range): Promise<Readable | undefined> {
    const handle = await open(this.#pathOf(key)).catch(absent);
    return handle?.createReadStream(range ? { start: range.first, end: range.last } : {});
  }

  async fetch(key: string): Promise<string | undefined> {
    const path = this.#pathOf(key);
    return (await stat(path).catch(absent)) && path;
  }

  async remove(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  /** Spread over 256 folders: none grows too long to be listed. */
  #pathOf(key: string): string {
    return join(this.#folder, key.slice(0, 2), key);
  }
}

async function sync(path: string, mode?: number): Promise<void> {
  const handle = await open(path);
  try {
    if (mode !== undefined) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
