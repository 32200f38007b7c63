import { randomUUID } from 'node:crypto';
import { renameSync, type Stats, statSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { ChangedMeanwhile, type Place, type Stored } from './place.ts';

const filesMax = 100_000;

/** A folder of this machine, within that of the organization. */
export class Folder implements Place {
  readonly #root: string;
  readonly #outside: Outside;

  constructor(root: string, outside: Outside) {
    this.#root = root;
    this.#outside = outside;
  }

  async list(): Promise<Stored[]> {
    const found: Stored[] = [];
    await this.#walk('', found);
    return found.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  fetch({ name }: Stored): Promise<string> {
    return this.#pathOf(name);
  }

  async put(name: string, path: string, over?: { file: Stored | undefined }): Promise<void> {
    const target = await this.#placeOf(name);
    const beside = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
    try {
      await copyFile(path, beside);
      const file = await open(beside, 'r+');
      await file.sync().finally(() => file.close());
      // Nothing of this process comes between these two.
      if (over && stampOf(target) !== over.file?.stamp) throw new ChangedMeanwhile(name);
      renameSync(beside, target);
    } catch (cause) {
      await rm(beside, { force: true });
      throw broken(cause);
    }
  }

  async close(): Promise<void> {}

  async #walk(below: string, found: Stored[]): Promise<void> {
    const folder = await this.#pathOf(below);
    const entries = await readdir(folder).catch((cause) => {
      throw broken(cause);
    });
    for (const entry of entries.filter((one) => !one.startsWith('.'))) {
      const name = below === '' ? entry : `${below}/${entry}`;
      // A link to elsewhere is none of the files here.
      const path = await this.#pathOf(name).catch(() => undefined);
      const known = path ? await stat(path).catch(() => undefined) : undefined;
      if (known?.isDirectory() && !isAround(path as string, folder)) {
        await this.#walk(name, found);
      }
      if (!known?.isFile()) continue;
      found.push({ name, stamp: stampIn(known) });
      if (found.length > filesMax) {
        throw new ConnectorError('configuration', `There are more than ${filesMax} files.`);
      }
    }
  }

  /** Where a file of this name is to be, its folders made. */
  async #placeOf(name: string): Promise<string> {
    const parts = dirname(name).split('/');
    for (const at of parts.keys()) {
      const path = await this.#pathOf(parts.slice(0, at + 1).join('/'));
      await mkdir(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw broken(error);
      });
    }
    return this.#pathOf(name);
  }

  #pathOf(name: string): Promise<string> {
    return this.#outside.localPath(join(this.#root, name));
  }
}

function stampIn({ size, mtimeMs }: Stats): string {
  return `${size} ${mtimeMs}`;
}

function stampOf(path: string): string | undefined {
  const known = statSync(path, { throwIfNoEntry: false });
  return known && stampIn(known);
}

/** A link to a folder that holds it would be walked for ever. */
function isAround(path: string, folder: string): boolean {
  return folder === path || folder.startsWith(`${path}/`);
}

function broken(cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (cause instanceof ConnectorError || code === undefined) return cause;
  const isOfSettings = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'EISDIR'].includes(code);
  const message = `The folder cannot be used (${code}).`;
  return new ConnectorError(isOfSettings ? 'configuration' : 'retry', message, { cause });
}
