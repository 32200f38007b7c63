import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytesInWords } from '../bytes.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';

const stepBytes = 4 * 1024 * 1024;
/** With less than this the database may be unable to write its log. */
const fullBytes = 64 * 1024 * 1024;
const silentMilliseconds = 60_000;

type Figures = { bavail: number; bsize: number };
type Look = (folder: string) => Promise<Figures>;

/**
 * The free space on the disk that files are written to. A reserve is kept: a database on the same
 * disk dies when it cannot write its log.
 */
export class Room {
  readonly reserveBytes: number;
  readonly #folder: string;
  readonly #log: Log;
  readonly #look: Look;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string, reserveBytes: number, log: Log, look: Look = statfs) {
    this.#folder = folder;
    this.#look = look;
    this.reserveBytes = reserveBytes;
    this.#log = log;
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await lookAbove(this.#look, this.#folder);
    return bavail * bsize;
  }

  /** @throws AppError storage_full (507) when so many bytes more would use the reserve */
  async require(bytes = 0): Promise<void> {
    const free = await this.freeBytes();
    if (free - bytes >= this.reserveBytes) return;
    this.#warn(free);
    throw storageFull();
  }

  /** The same while the bytes of a file arrive. */
  async *watch(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > stepBytes) {
        await this.require();
        bytes = 0;
      }
      yield chunk;
    }
  }

  /** What is wrong with the disk, in words; undefined when there is enough space. */
  async shortage(): Promise<{ text: string; isFull: boolean } | undefined> {
    const free = await this.freeBytes();
    const isFull = free < Math.min(fullBytes, this.reserveBytes);
    if (free >= this.reserveBytes) return undefined;
    const text = `${isFull ? 'disk full' : 'disk low, uploads are refused'}: ${megabytes(free)} free`;
    return { text, isFull };
  }

  #warn(free: number): void {
    if (Date.now() - this.#warnedAt < silentMilliseconds) return;
    this.#warnedAt = Date.now();
    const line = { free_bytes: free, reserve_bytes: this.reserveBytes, folder: this.#folder };
    this.#log.error(line, 'the disk is short of room: files are refused');
  }
}

/** Whether the disk is full, or a user or a project has used up its quota there. */
export function isDiskFull(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

export function storageFull(): AppError {
  return new AppError('storage_full', {
    message: 'The server has no room for more files; the operator has to make room on its disk.',
  });
}

/** Rounded down: never more than there is. */
function megabytes(bytes: number): string {
  const whole = { maximumFractionDigits: 0, roundingMode: 'floor', useGrouping: false } as const;
  return bytesInWords(bytes, 'MiB', whole);
}

/** Of the folder, or of the closest one above it that exists. */
async function lookAbove(look: Look, folder: string): Promise<Figures> {
  try {
    return await look(folder);
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isAbsent || dirname(folder) === folder) throw error;
    return lookAbove(look, dirname(folder));
  }
}
