import { createHash, createHmac, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Host, UrlParts } from './surroundings/kinds.ts';

const sleepMillisecondsMax = 60_000;
/** What is begun beyond that is never answered. */
const openMax = 1_000;
const randomBytesMax = 65_536;

const hashes: Readonly<Record<string, string>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

type Waiting = {
  fetch(text: string): Promise<string>;
  settle(id: number, text: string): void;
  ended: AbortSignal;
  pending: Pending;
};

/** What a bundle has begun and still waits for. */
export class Pending {
  /** How much was begun in all. */
  begun = 0;
  #open = 0;
  #none = Promise.withResolvers<void>();

  get isFull(): boolean {
    return this.#open >= openMax;
  }

  add(work: Promise<unknown>): void {
    this.begun += 1;
    this.#open += 1;
    void work.finally(() => {
      this.#open -= 1;
      if (this.#open > 0) return;
      this.#none.resolve();
      this.#none = Promise.withResolvers();
    });
  }

  /** Once there is nothing. */
  async none(): Promise<void> {
    if (this.#open > 0) await this.#none.promise;
  }
}

/** What the surroundings of a bundle are given. Nothing that comes in is what its type says. */
export function hostFor({ fetch, settle, ended, pending }: Waiting): Host {
  const sleep = async (given: unknown) => {
    const milliseconds = Math.min(Number(given) || 0, sleepMillisecondsMax);
    await wait(milliseconds, undefined, { signal: ended });
    return '';
  };
  return {
    begin(id, kind, given) {
      if (pending.isFull) return;
      const work = kind === 'fetch' ? fetch(String(given)) : sleep(given);
      pending.add(work.then((text) => settle(Number(id), text)).catch(() => undefined));
    },
    ...urls,
    ...bytes,
  };
}

const urls: Pick<Host, 'parseUrl' | 'changeUrl'> = {
  parseUrl: (text, base) => {
    const url = URL.parse(String(text), base === undefined ? undefined : String(base));
    return url ? partsOf(url) : undefined;
  },
  changeUrl: (text, part, value) => {
    const url = URL.parse(String(text));
    if (!url || !changeable.has(String(part))) return undefined;
    try {
      (url as unknown as Record<string, string>)[String(part)] = String(value);
      return partsOf(url);
    } catch {
      return undefined;
    }
  },
};

const bytes: Omit<Host, 'begin' | keyof typeof urls> = {
  encode: (text) => new TextEncoder().encode(String(text)),
  decode: (bytes, label, isFatal) =>
    new TextDecoder(String(label), { fatal: isFatal === true }).decode(asBytes(bytes)),
  toBase64: (bytes) => Buffer.from(asBytes(bytes)).toString('base64'),
  fromBase64: (text) => {
    const plain = String(text).replace(/[\t\n\f\r ]/g, '');
    const isBase64 =
      /^[A-Za-z0-9+/]*={0,2}$/.test(plain) && plain.replace(/=+$/, '').length % 4 !== 1;
    return isBase64 ? new Uint8Array(Buffer.from(plain, 'base64')) : undefined;
  },
  random: (bytes) => {
    const count = Number(bytes);
    if (!(count >= 0 && count <= randomBytesMax)) throw new RangeError('Too many bytes');
    return new Uint8Array(randomBytes(count));
  },
  hash: (name, bytes) => {
    const known = hashes[String(name)];
    const made = known && createHash(known).update(asBytes(bytes)).digest();
    return made ? new Uint8Array(made) : undefined;
  },
  hmac: (name, key, bytes) => {
    const known = hashes[String(name)];
    const made = known && createHmac(known, asBytes(key)).update(asBytes(bytes)).digest();
    return made ? new Uint8Array(made) : undefined;
  },
};

const changeable = new Set([
  ...['href', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname'],
  ...['search', 'hash'],
]);

function partsOf(url: URL): UrlParts {
  const { href, origin, protocol, username, password, host, hostname, port } = url;
  const { pathname, search, hash } = url;
  const place = { host, hostname, port, pathname, search, hash };
  return { href, origin, protocol, username, password, ...place };
}

function asBytes(given: unknown): Uint8Array {
  if (given instanceof Uint8Array) return given;
  throw new TypeError('It must be bytes');
}
