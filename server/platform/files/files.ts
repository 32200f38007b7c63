import { join } from 'node:path';
import type { Config } from '../../runtime/config.ts';
import type { Log } from '../../runtime/log.ts';
import { DiskStore } from './disk.ts';
import type { FileStore } from './file-store.ts';
import { S3Store } from './s3.ts';
import { Spool } from './spool.ts';

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
