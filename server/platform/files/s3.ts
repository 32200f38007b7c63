import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { AppError } from '../../runtime/errors.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import { type Bucket, readS3Url } from '../../runtime/s3-url.ts';
import type { FileStore, Range } from './file-store.ts';
import type { Spool } from './spool.ts';

/** The smallest part that S3 takes is 5 MiB; two at a time are all that is in memory of a file. */
const partBytes = 5 * 1024 * 1024;
const partsAtOnce = 2;
const connectMilliseconds = 5_000;
const silenceMilliseconds = 60_000;

/** Files in a bucket of S3 or of a compatible service. */
export class S3Store implements FileStore {
  readonly #spool: Spool;
  readonly #bucket: Bucket;
  readonly #log: Log;
  #client: Promise<S3Client> | undefined;

  constructor(url: string, spool: Spool, log: Log) {
    this.#spool = spool;
    this.#bucket = readS3Url(url);
    this.#log = log;
  }

  /**
   * A failed upload leaves no parts behind; those of a killed process have to be expired by the
   * bucket.
   */
  async put(key: string, path: string): Promise<void> {
    const { Upload } = await import('@aws-sdk/lib-storage');
    const client = await this.#connect();
    const params = { ...this.#place(key), Body: createReadStream(path) };
    const upload = new Upload({ client, params, partSize: partBytes, queueSize: partsAtOnce });
    await upload.done().catch((error: unknown) => this.#fail(error));
  }

  async open(key: string, range?: Range): Promise<Readable | undefined> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#connect();
    const bytes = range ? { Range: `bytes=${range.first}-${range.last}` } : {};
    const { Body } = await client
      .send(new GetObjectCommand({ ...this.#place(key), ...bytes }))
      .catch((error: Error) => (error.name === 'NoSuchKey' ? absent : this.#fail(error)));
    return Body as Readable | undefined;
  }

  async fetch(key: string, folder: string): Promise<string | undefined> {
    const content = await this.open(key);
    if (!content) return undefined;
    const path = join(folder, 'fetched');
    await this.#spool.fill(path, content);
    return path;
  }

  async remove(key: string): Promise<void> {
    const { DeleteObjectCommand } = await import('@aws-sdk/client-s3');
    const client = await this.#connect();
    const command = new DeleteObjectCommand(this.#place(key));
    await client.send(command).catch((error: unknown) => this.#fail(error));
  }

  #place(key: string) {
    const { bucket, prefix } = this.#bucket;
    return { Bucket: bucket, Key: prefix + key };
  }

  /** The SDK takes 20 MB, so it is loaded with the first file. */
  #connect(): Promise<S3Client> {
    this.#client ??= connect(this.#bucket);
    return this.#client;
  }

  /** An unreachable store is temporary, and not the caller's fault: 503 instead of 500. */
  #fail(error: unknown): never {
    this.#log.warn(loggable(error), 'the file store failed');
    throw new AppError('overloaded', {
      message:
        'The file store cannot be reached just now; try again after the time in Retry-After.',
      headers: { 'retry-after': '5' },
    });
  }
}

async function connect({ endpoint, region, credentials }: Bucket): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  return new S3Client({
    endpoint,
    region,
    ...(credentials ? { credentials } : {}),
    // Bucket names in host names need DNS that many servers at home do not have.
    forcePathStyle: true,
    // Not every server knows the checksums that the SDK sends by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectMilliseconds,
      socketTimeout: silenceMilliseconds,
    },
  });
}

const absent = { Body: undefined };
