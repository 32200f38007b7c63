import { join } from 'node:path';
import type { Config } from '../../runtime/config.ts';
import { Room } from '../../runtime/disk/room.ts';
import type { Log } from '../../runtime/log.ts';
import { DiskStore } from './disk.ts';
import type { FileStore } from './file-store.ts';
import { S3Store } from './s3.ts';
import { Spool } from './spool.ts';

/** Where files are stored, and how large one may be. */
export type Files = { store: FileStore; spool: Spool; room: Room; bytesMax: number };

/** The file store of the configuration: a bucket, or the data folder. */
export function composeFiles(config: Config, log: Log): Files {
  const { dataDirectory, s3Url, uploadBytesMax, diskReserveBytes } = config;
  const folder = join(dataDirectory, 'files');
  const room = new Room(folder, diskReserveBytes, log);
  const spool = new Spool(join(folder, 'arriving'), room);
  return {
    store: s3Url ? new S3Store(s3Url, spool, log) : new DiskStore(folder),
    spool,
    room,
    bytesMax: uploadBytesMax,
  };
}
