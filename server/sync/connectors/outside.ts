import { lstat, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Agent, type Dispatcher, fetch } from 'undici';
import { Guard, type GuardTerms, refusalIn } from '../../runtime/outgoing/guard.ts';
import type { Access } from './authorization.ts';
import { closeAll } from './closing.ts';
import { ConnectorError } from './failure.ts';
import type { Outside, RequestLimit } from './outside-contract.ts';

export type OutsideTerms = GuardTerms & {
  /** The folder of the organization for local files; undefined: there is none. */
  readonly folder: string | undefined;
  /** Without them there is no ceiling. */
  readonly turn?:
    | ((signal: AbortSignal, limit?: RequestLimit) => Promise<void> | undefined)
    | undefined;
  readonly place?: ((signal: AbortSignal) => Promise<() => Promise<void>>) | undefined;
  /** Guarded connections to where a request goes that outlive this; without them it has its own. */
  readonly connections?: ((url: URL) => Promise<Dispatcher>) | undefined;
  readonly access?: ((refused?: string) => Promise<Access>) | undefined;
  readonly signal: AbortSignal;
};

/** Whoever asks has a shorter limit, but some reports are made for half an hour before they begin. */
const answerMillisecondsMax = 3_660_000;

/** What a session may reach; closed with it. */
export class GuardedOutside implements Outside {
  readonly #terms: OutsideTerms;
  readonly #guard: Guard;
  readonly #places = new Set<() => Promise<void>>();
  #temporary: Promise<string> | undefined;
  #agent: Agent | undefined;

  constructor(terms: OutsideTerms) {
    this.#terms = terms;
    this.#guard = new Guard(terms);
  }

  get signal(): AbortSignal {
    return this.#terms.signal;
  }

  async resolve(host: string): Promise<readonly string[]> {
    try {
      return await this.#guard.resolve(host);
    } catch (error) {
      throw inward(error);
    }
  }

  readonly fetch = (async (input: string | URL, init: RequestInit = {}) => {
    const url = new URL(input);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new ConnectorError('configuration', `The URL must begin with https:// or http://.`);
    }
    try {
      await this.#guard.check(url);
      const dispatcher = await this.#terms.connections?.(url);
      const guarded = { ...init, dispatcher: dispatcher ?? this.#own(), redirect: 'manual' };
      return await fetch(url, guarded as Parameters<typeof fetch>[1]);
    } catch (error) {
      throw inward(error);
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

  #own(): Agent {
    const { lookup } = this.#guard;
    const headersTimeout = answerMillisecondsMax;
    this.#agent ??= new Agent({ connect: { lookup }, connections: 16, headersTimeout });
    return this.#agent;
  }

  async close(): Promise<void> {
    await closeAll([
      async () => this.#agent?.destroy(),
      ...this.#places,
      async () => this.#temporary && rm(await this.#temporary, { recursive: true, force: true }),
    ]);
  }
}

/** What the guard said, as a connector says it. */
function inward(error: unknown): unknown {
  const refusal = refusalIn(error);
  if (!refusal) return error;
  const { kind, message, cause } = refusal;
  return new ConnectorError(kind === 'private' ? 'configuration' : 'retry', message, { cause });
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
