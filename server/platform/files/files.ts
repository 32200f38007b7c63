import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Config } from '../../runtime/config.ts';
import type { Log } from '../../runtime/log.ts';
import { DiskStore } from './disk.ts';
import { S3Store } from './s3.ts';
import { Spool } from './spool.ts';

/** Bytes of a content, the first and the last included. */
export type Range = { first: number; last: number };

/** Keeps contents under keys; what is kept never changes. */
export type FileStore = {
  /** Takes the file at `path`, whole or not at all; it may be gone from there afterwards. */
  put(key: string, path: string): Promise<void>;
  /** Undefined when nothing has this key. */
  open(key: string, range?: Range): Promise<Readable | undefined>;
  /** No error when nothing has this key. */
  remove(key: string): Promise<void>;
};

/** Where files are, and how large one may be. */
export type Files = { store: FileStore; spool: Spool; bytesMax: number };

/** The file store of the configuration: a bucket, or the data folder. */
export function composeFiles({ dataDirectory, s3Url, uploadBytesMax }: Config, log: Log): Files {
  const folder = join(dataDirectory, 'files');
  return {
    store: s3Url ? new S3Store(s3Url, log) : new DiskStore(folder),
    spool: new Spool(join(folder, 'arriving')),
    bytesMax: uploadBytesMax,
  };
}
