import type { Readable } from 'node:stream';

/** A file as the place knows it. */
export type Stored = {
  /** Its path below the place, parted by slashes. */
  readonly name: string;
  /** Another one whenever the file has changed. */
  readonly stamp: string;
};

/** Where files are: a folder, or a bucket. */
export type Place = {
  /** All files, in the order of their names; hidden ones are left out. */
  list(): Promise<Stored[]>;
  /** A path on this machine under which the file can be read until the session ends. */
  fetch(file: Stored): Promise<string>;
  /** Puts a whole file in its place, or nothing. */
  put(name: string, path: string): Promise<void>;
  close(): Promise<void>;
};

export type Stream = Readable & AsyncIterable<Buffer>;
