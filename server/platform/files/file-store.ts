import type { Readable } from 'node:stream';

/** A range of bytes, the first and the last included. */
export type Range = { first: number; last: number };

/** Stores contents by key; a stored content never changes. */
export type FileStore = {
  /** Stores the file at `path`, whole or not at all; it may be gone from there afterwards. */
  put(key: string, path: string): Promise<void>;
  /** Undefined when there is no such key. */
  open(key: string, range?: Range): Promise<Readable | undefined>;
  /**
   * The whole content as a file, to be read only: it is below `folder`, or the store's own.
   * Undefined when there is no such key.
   */
  fetch(key: string, folder: string): Promise<string | undefined>;
  /** Does nothing when there is no such key. */
  remove(key: string): Promise<void>;
};
