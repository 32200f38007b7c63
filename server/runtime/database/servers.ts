import pg from 'pg';
import { type Address, serversIn } from './address.ts';
import { type Role, settingsFor } from './connection.ts';
import { selectReadOnly } from './store.ts';
import type { Db } from './tx.ts';

type Settings = pg.ClientConfig;

const connectMilliseconds = 5_000;
/** Nothing tells when there is space again; a busy server writes more often than this. */
const fullMilliseconds = 30_000;

const known = new Map<string, Servers>();

/**
 * The servers of an address, of which one can write: this process remembers which, until there is
 * doubt.
 */
export class Servers {
  /** Counts the doubts: a connection from before the last one is not used again. */
  generation = 0;
  /** Whether statements are prepared under names; a pooler may move each to another session. */
  prepares = true;
  /** A client of the server that can write. */
  readonly Client: new (
    settings: Settings,
  ) => pg.Client;
  readonly #servers: readonly Settings[];
  #at = 0;
  #isDoubted = true;
  #fullAt = Number.NEGATIVE_INFINITY;
  #search: Promise<void> | undefined;
  readonly #dropping = new Set<() => void>();

  private constructor(address: Address) {
    const servers = serversIn(address);
    const current = (): Settings => ({
      connectionTimeoutMillis: connectMilliseconds,
      ...servers[this.#at],
    });
    this.#servers = servers;
    this.Client = class extends pg.Client {
      constructor(settings: Settings) {
        super({ ...settings, ...current() });
      }
    };
  }

  get count(): number {
    return this.#servers.length;
  }

  static of(address: Address): Servers {
    const key = JSON.stringify(serversIn(address));
    const servers = known.get(key) ?? new Servers(address);
    known.set(key, servers);
    return servers;
  }

  /** Whether it refused a write a short time ago because its disk was full. */
  get isFull(): boolean {
    return performance.now() - this.#fullAt < fullMilliseconds;
  }

  noteFull(): void {
    this.#fullAt = performance.now();
  }

  /** Something failed that other connections may meet as well. */
  doubt(): void {
    this.generation += 1;
    this.#isDoubted = true;
  }

  /** The server is silent: work that is in progress on it is not waited for. */
  abandon(): void {
    this.doubt();
    for (const drop of this.#dropping) drop();
  }

  /** `drop` ends work in progress; answers a function that unregisters it. */
  onAbandoned(drop: () => void): () => void {
    this.#dropping.add(drop);
    return () => void this.#dropping.delete(drop);
  }

  /** Whether the server that can write has yet to be found. */
  get isUnsettled(): boolean {
    return this.#isDoubted && this.#servers.length > 1;
  }

  async settle(): Promise<void> {
    if (!this.isUnsettled) return;
    this.#search ??= this.#find().finally(() => {
      this.#search = undefined;
    });
    await this.#search;
  }

  async #find(): Promise<void> {
    const asked = this.#servers.map(async (server, at) => {
      await probe(server);
      return at;
    });
    try {
      this.#at = await Promise.any(asked);
      this.#isDoubted = false;
    } catch (error) {
      const { errors } = error as AggregateError;
      throw errors.find(({ code }) => code === readOnly) ?? errors[0];
    }
  }
}

/** A separate connection, to the server that can write. */
export async function openClient(
  address: Address,
  role: Role,
  name: string,
  settings: Settings = {},
): Promise<pg.Client> {
  const servers = Servers.of(address);
  await servers.settle();
  const client = new servers.Client({ ...settingsFor(address, role, name), ...settings });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await refuseReadOnly(client);
    return client;
  } catch (error) {
    servers.doubt();
    drop(client);
    throw error;
  }
}

/** Closes it without waiting for an answer that may never come. */
export function drop(client: pg.ClientBase): void {
  (client as pg.Client).connection.stream.destroy();
}

const readOnly = '25006';

/** @throws an error with the code of PostgreSQL when this server can't write */
export async function refuseReadOnly(client: pg.ClientBase): Promise<void> {
  if (!(await selectReadOnly(asDb(client)))) return;
  throw Object.assign(new Error('the database is read-only'), { code: readOnly });
}

async function probe(server: Settings): Promise<void> {
  const client = new pg.Client({
    ...server,
    application_name: 'heddle looks who can write',
    connectionTimeoutMillis: connectMilliseconds,
    query_timeout: connectMilliseconds,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await refuseReadOnly(client);
  } finally {
    drop(client);
  }
}

/** A connection as the `Db` that stores read from. */
export function asDb(client: pg.ClientBase): Db {
  return {
    rows: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await client.query(text, [...values])).rows as Row[],
  };
}
