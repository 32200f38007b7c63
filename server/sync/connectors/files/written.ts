import { constants } from 'node:fs';
import { copyFile, type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** A text file that grows, after the content of the one before. */
export class Written {
  readonly path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async open(folder: string, before: string | undefined): Promise<Written> {
    const path = join(folder, 'written');
    if (before !== undefined) await copyFile(before, path, constants.COPYFILE_FICLONE);
    const file = await open(path, before === undefined ? 'w' : 'a+');
    const written = new Written(path, file);
    if (before !== undefined) await written.#endLine();
    return written;
  }

  async add(text: string): Promise<void> {
    await this.#file.appendFile(text);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #endLine(): Promise<void> {
    const { size } = await this.#file.stat();
    if (size === 0) return;
    const { buffer } = await this.#file.read({ buffer: Buffer.alloc(1), position: size - 1 });
    if (buffer[0] !== 0x0a) await this.add('\n');
  }
}
