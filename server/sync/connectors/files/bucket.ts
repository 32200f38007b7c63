import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { ChangedMeanwhile, type Place, type Stored } from './place.ts';
import type { BucketPlace } from './settings.ts';

const connectMilliseconds = 10_000;
const silenceMilliseconds = 60_000;
const filesMax = 100_000;

/** A bucket of S3 or of a compatible service; its objects come through temporary files. */
export class Bucket implements Place {
  readonly #at: BucketPlace;
  readonly #outside: Outside;
  #client: Promise<S3Client> | undefined;
  #held: Promise<unknown> | undefined;
  /** The one that was fetched last. */
  #fetched: { key: string; path: string } | undefined;
  #count = 0;

  constructor(at: BucketPlace, outside: Outside) {
    this.#at = at;
    this.#outside = outside;
  }

  async list(): Promise<Stored[]> {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
    const { bucket, prefix } = this.#at;
    const found: Stored[] = [];
    let after: string | undefined;
    do {
      const page = { Bucket: bucket, Prefix: prefix, ContinuationToken: after };
      const answer = await this.#ask((client) =>
        client.send(new ListObjectsV2Command(page), this.#aborting),
      );
      for (const { Key = '', ETag = '' } of answer.Contents ?? []) {
        const name = Key.slice(prefix.length);
        if (!/(^|\/)\.|\/$|^$/.test(name)) found.push({ name, stamp: ETag });
      }
      after = answer.IsTruncated ? answer.NextContinuationToken : undefined;
      if (found.length > filesMax) {
        throw new ConnectorError('configuration', `There are more than ${filesMax} objects.`);
      }
    } while (after !== undefined);
    return found.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async fetch({ name, stamp }: Stored): Promise<string> {
    const key = JSON.stringify([name, stamp]);
    if (this.#fetched?.key === key) return this.#fetched.path;
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const path = join(await this.#outside.temporaryFolder(), `object-${this.#count++}`);
    const asked = { ...this.#placeOf(name), IfMatch: stamp };
    await this.#ask(async (client) => {
      const { Body } = await client.send(new GetObjectCommand(asked), this.#aborting);
      const { signal } = this.#outside;
      await pipeline(Body as Readable, createWriteStream(path), { signal });
    });
    if (this.#fetched) await rm(this.#fetched.path, { force: true });
    this.#fetched = { key, path };
    return path;
  }

  async put(name: string, path: string, over?: { file: Stored | undefined }): Promise<void> {
    if (!over) return this.#upload(name, path);
    const { file } = over;
    const condition = file ? { IfMatch: file.stamp } : { IfNoneMatch: '*' };
    try {
      await this.#upload(name, path, condition);
    } catch (error) {
      const status = statusOf((error as Error).cause);
      // Of what is not there any more it says that it was not found.
      if (status === 412 || status === 409 || (file && status === 404))
        throw new ChangedMeanwhile(name);
      if (status !== 501) throw error;
      // Not every service knows conditions.
      const there = (await this.list()).find((one) => one.name === name);
      if (there?.stamp !== file?.stamp) throw new ChangedMeanwhile(name);
      await this.#upload(name, path);
    }
  }

  async #upload(name: string, path: string, condition: object = {}): Promise<void> {
    const { Upload } = await import('@aws-sdk/lib-storage');
    await this.#ask(async (client) => {
      this.#outside.signal.throwIfAborted();
      const params = { ...this.#placeOf(name), ...condition, Body: createReadStream(path) };
      const upload = new Upload({ client, params, queueSize: 2 });
      const abort = () => void upload.abort();
      const { signal } = this.#outside;
      signal.addEventListener('abort', abort, { once: true });
      await upload.done().finally(() => signal.removeEventListener('abort', abort));
    });
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    client?.destroy();
  }

  get #aborting() {
    return { abortSignal: this.#outside.signal };
  }

  #placeOf(name: string) {
    return { Bucket: this.#at.bucket, Key: this.#at.prefix + name };
  }

  async #ask<T>(work: (client: S3Client) => Promise<T>): Promise<T> {
    try {
      await this.#hold();
      await this.#outside.turn();
      this.#client ??= connect(this.#at, this.#outside);
      return await work(await this.#client);
    } catch (error) {
      throw understood(error);
    }
  }

  /** A session asks one thing at a time: it has one connection, until it ends. */
  async #hold(): Promise<void> {
    this.#held ??= this.#outside.place();
    try {
      await this.#held;
    } catch (error) {
      this.#held = undefined;
      throw error;
    }
  }
}

async function connect({ endpoint, region, keys }: BucketPlace, outside: Outside) {
  const { hostname = '' } = endpoint === undefined ? {} : urlOf(endpoint);
  // No address is asked for of what is one already.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host)) await outside.resolve(host);
  const { S3Client } = await import('@aws-sdk/client-s3');
  const lookup = lookupOf(outside);
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    region,
    credentials: keys,
    forcePathStyle: endpoint !== undefined,
    followRegionRedirects: false,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectMilliseconds,
      socketTimeout: silenceMilliseconds,
      httpAgent: new HttpAgent({ keepAlive: true, lookup }),
      httpsAgent: new HttpsAgent({ keepAlive: true, lookup }),
    },
  });
}

function lookupOf(outside: Outside): LookupFunction {
  return (host, options, callback) => {
    outside.resolve(host).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        const [first] = found;
        if (options.all) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: Error) => callback(error, ''),
    );
  };
}

function urlOf(endpoint: string): URL {
  const url = URL.parse(endpoint);
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new ConnectorError('configuration', 'The endpoint must begin with https:// or http://.');
}

type Said = Error & { $metadata?: { httpStatusCode?: number }; $fault?: string };

function statusOf(error: unknown): number {
  return (error as Said | undefined)?.$metadata?.httpStatusCode ?? 0;
}

function understood(error: unknown): unknown {
  if (error instanceof ConnectorError || !(error instanceof Error)) return error;
  const { name, message } = error;
  const status = statusOf(error);
  const more = { upstream: `${name}: ${message}`, cause: error };
  const isOfSettings = status >= 400 && status < 500 && ![408, 412, 425, 429].includes(status);
  if (isOfSettings)
    return new ConnectorError('configuration', `The bucket refuses: ${name}.`, more);
  return new ConnectorError('retry', `The bucket cannot be used just now: ${name}.`, more);
}
