import type { Readable } from 'node:stream';

/** Bytes of a content, the first and the last included. */
export type Range = { first: number; last: number };

/** Keeps contents under keys; what is kept never changes. */
export type FileStore = {
  /** Takes the file at `path`, whole or not at all; it may be gone from there afterwards. */
  put(key: string, path: string): Promise<void>;
  /** Undefined when nothing has this key. */
  open(key: string, range?: Range): Promise<Readable | undefined>;
  /** The whole content as a file to read, which is below `folder` or stays the store's. */
  fetch(key: string, folder: string): Promise<string | undefined>;
  /** No error when nothing has this key. */
  remove(key: string): Promise<void>;
};
