import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { lstat, mkdtemp, realpath, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import ipaddr from 'ipaddr.js';
import { Agent, fetch } from 'undici';
import type { Access } from './authorization.ts';
import { closeAll } from './closing.ts';
import { ConnectorError } from './failure.ts';
import type { Outside, RequestLimit } from './outside-contract.ts';

export type OutsideTerms = {
  /** Hosts, addresses and ranges in CIDR that may be private; `1`: all. */
  readonly allowPrivateHosts: readonly string[];
  /** The folder of the organization for local files; undefined: there is none. */
  readonly folder: string | undefined;
  /** Without them there is no ceiling. */
  readonly turn?:
    | ((signal: AbortSignal, limit?: RequestLimit) => Promise<void> | undefined)
    | undefined;
  readonly place?: ((signal: AbortSignal) => Promise<() => Promise<void>>) | undefined;
  readonly access?: ((refused?: string) => Promise<Access>) | undefined;
  readonly signal: AbortSignal;
  /** The addresses of a name; the resolver of the system when it is not given. */
  readonly addressesOf?: (host: string) => Promise<readonly string[]>;
};

/** Whoever asks has a shorter limit, but some reports are made for half an hour before they begin. */
const answerMillisecondsMax = 3_660_000;

/** What a session may reach; closed with it. */
export class GuardedOutside implements Outside {
  readonly #terms: OutsideTerms;
  readonly #agent: Agent;
  readonly #places = new Set<() => Promise<void>>();
  #temporary: Promise<string> | undefined;

  constructor(terms: OutsideTerms) {
    this.#terms = terms;
    const headersTimeout = answerMillisecondsMax;
    this.#agent = new Agent({ connect: { lookup: this.#lookup }, connections: 16, headersTimeout });
  }

  get signal(): AbortSignal {
    return this.#terms.signal;
  }

  async resolve(host: string): Promise<readonly string[]> {
    const plain = host.replace(/^\[(.*)\]$/, '$1');
    const found = isIP(plain) ? [plain] : await this.#addressesOf(plain);
    const allowed = found.filter((address) => this.#isAllowed(plain, address));
    if (allowed.length > 0) return allowed;
    throw new ConnectorError(
      'configuration',
      `The host ${host} is at a private address; the operator can allow it with HEDDLE_ALLOW_PRIVATE_HOSTS=${host}.`,
    );
  }

  readonly fetch = (async (input: string | URL, init: RequestInit = {}) => {
    const url = new URL(input);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new ConnectorError('configuration', `The URL must begin with https:// or http://.`);
    }
    // undici asks no lookup for what is an address already.
    if (isIP(url.hostname.replace(/^\[(.*)\]$/, '$1'))) await this.resolve(url.hostname);
    const guarded = { ...init, dispatcher: this.#agent, redirect: 'manual' };
    try {
      return await fetch(url, guarded as Parameters<typeof fetch>[1]);
    } catch (error) {
      throw refusalIn(error) ?? error;
    }
  }) as unknown as typeof globalThis.fetch;

  async localPath(path: string): Promise<string> {
    const { folder } = this.#terms;
    if (folder === undefined) {
      throw new ConnectorError(
        'configuration',
        'Local paths are off; the operator can set HEDDLE_FILES_DIR.',
      );
    }
    const root = await realpath(folder).catch(() => undefined);
    if (root === undefined) {
      throw new ConnectorError(
        'configuration',
        `There is no folder ${basename(folder)} of this organization below HEDDLE_FILES_DIR.`,
      );
    }
    const real = await realpathOfWhatIsThere(resolve(root, path));
    if (real === root || real?.startsWith(root + sep)) return real;
    throw new ConnectorError(
      'configuration',
      `The path ${path} is not within the folder of this organization.`,
    );
  }

  temporaryFolder(): Promise<string> {
    this.#temporary ??= mkdtemp(join(tmpdir(), 'heddle-sync-'));
    return this.#temporary;
  }

  turn(signal = this.signal, limit?: RequestLimit): Promise<void> | undefined {
    return this.#terms.turn?.(signal, limit);
  }

  async place(signal = this.signal): Promise<() => Promise<void>> {
    const free = await this.#terms.place?.(signal);
    if (!free) return async () => undefined;
    const once = async () => {
      if (this.#places.delete(once)) await free();
    };
    this.#places.add(once);
    return once;
  }

  async access(refused?: string): Promise<Access> {
    const access = await this.#terms.access?.(refused);
    if (access) return access;
    throw new ConnectorError('configuration', 'No person has given access to this system.');
  }

  async close(): Promise<void> {
    await closeAll([
      () => this.#agent.destroy(),
      ...this.#places,
      async () => this.#temporary && rm(await this.#temporary, { recursive: true, force: true }),
    ]);
  }

  #addressesOf(host: string): Promise<readonly string[]> {
    return (this.#terms.addressesOf ?? lookUp)(host);
  }

  readonly #lookup = (
    host: string,
    options: { all?: boolean | undefined },
    callback: (error: Error | null, found: string | LookupAddress[], family?: number) => void,
  ): void => {
    this.resolve(host).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        const [first] = found;
        if (options.all) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error) => callback(error, ''),
    );
  };

  #isAllowed(host: string, address: string): boolean {
    const parsed = ipaddr.process(address.split('%')[0] as string);
    if (parsed.range() === 'unicast') return true;
    return this.#terms.allowPrivateHosts.some((one) => {
      if (one === '1' || nameOf(one) === nameOf(host)) return true;
      return isWithin(parsed, one);
    });
  }
}

async function lookUp(host: string): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  } catch (cause) {
    throw new ConnectorError('retry', `The host ${host} cannot be found.`, { cause });
  }
}

/** A name in one spelling: the dot at its end is left out. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** What the guard said, which the client has wrapped. */
function refusalIn(error: unknown): ConnectorError | undefined {
  if (error instanceof ConnectorError) return error;
  const { cause, errors = [] } = (error ?? {}) as { cause?: unknown; errors?: unknown[] };
  const wrapped = [...errors, ...(cause === undefined ? [] : [cause])];
  return wrapped.map(refusalIn).find((one) => one !== undefined);
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, range: string): boolean {
  const text = range.includes('/') ? range : `${range}/${range.includes(':') ? 128 : 32}`;
  if (!ipaddr.isValidCIDR(text)) return false;
  const [network, bits] = ipaddr.parseCIDR(text);
  return network.kind() === address.kind() && address.match([network, bits] as never);
}

/** The real path; of what is to be made, that of its folder with its name. */
async function realpathOfWhatIsThere(path: string): Promise<string | undefined> {
  if (path.includes('\0')) return undefined;
  try {
    return await realpath(path);
  } catch {
    // A link that leads nowhere would be followed when something is made there.
    if (await lstat(path).catch(() => undefined)) return undefined;
    const folder = await realpath(dirname(path)).catch(() => undefined);
    return folder && join(folder, basename(path));
  }
}
