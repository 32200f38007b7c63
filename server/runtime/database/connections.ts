import pg from 'pg';
import { AppError } from '../errors.ts';
import { type Log, loggable } from '../log.ts';
import { type Address, isForeign } from './address.ts';
import { prepared, type Role, settingsFor } from './connection.ts';
import { isFull, isGone, isUnprepared } from './failures.ts';
import { drop, refuseReadOnly, Servers } from './servers.ts';
import { beginText, enterText } from './store.ts';

type Options = {
  role: Exclude<Role, 'owner'>;
  name: string;
  max: number;
  /** The schemas in which tables without one are looked up. */
  searchPath?: string;
};

/** How a transaction begins. */
export type Entry = {
  /** It only reads: one statement, or several that see one snapshot. */
  reads?: 'once' | 'snapshot';
  organization?: number;
  /** How long a statement may take; 10 unless given. */
  statementSeconds?: number | undefined;
  /** How deep the workflow stands that acts. */
  depth?: number;
};

const waitingMax = 1_000;
const statementSecondsMax = 10;
/**
 * PostgreSQL cancels a statement that takes too long, and says so; a server that is still silent
 * after this is gone.
 */
const graceSeconds = 2;
const idleSecondsMax = 60;
/** The longest that anybody waits for a lock. */
const lockSecondsMax = 8;

/**
 * The connections of one process that act as one role. If a statement is not answered in time, or a
 * server is gone or cannot write any more, the connection is destroyed, and so are those like it.
 */
export class Connections {
  readonly role: string;
  readonly #pool: pg.Pool;
  readonly #servers: Servers;
  /** What each transaction sets for itself before it begins. */
  readonly #local: Record<string, string>;
  readonly #log: Log;
  readonly #generations = new WeakMap<pg.PoolClient, number>();
  readonly #lent = new Set<pg.PoolClient>();
  readonly #forget: () => void;

  constructor(address: Address, { role, name, max, searchPath }: Options, log: Log) {
    this.role = role;
    this.#log = log;
    this.#servers = Servers.of(address);
    const session = {
      statement_timeout: `${statementSecondsMax}s`,
      lock_timeout: `${lockSecondsMax}s`,
      idle_in_transaction_session_timeout: `${idleSecondsMax}s`,
      ...(searchPath === undefined ? {} : { search_path: searchPath }),
    };
    // A pooler may give each transaction another session: there, nothing lasts longer than that.
    this.#local = isForeign(address) ? { role, ...session } : {};
    const options = Object.entries(session).map(([key, value]) => `-c ${key}=${value}`);
    this.#pool = new pg.Pool({
      ...settingsFor(address, role, name),
      ...(isForeign(address) ? {} : { options: options.join(' ') }),
      Client: this.#servers.Client,
      onConnect: refuseReadOnly,
      pipeline: true,
      max,
    } as unknown as pg.PoolConfig);
    this.#pool.on('error', (error, client) => {
      log.warn(loggable(error), 'an idle database connection ended');
      this.doubt(error, client);
    });
    // A connection that ends while it is lent says so here as well as to its user, who handles it.
    this.#pool.on('connect', (client) => {
      client.on('error', () => undefined);
      this.#generations.set(client, this.#servers.generation);
    });
    this.#forget = this.#servers.onAbandoned(() => this.#lent.forEach(drop));
  }

  get counts() {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting };
  }

  /** @throws AppError overloaded (503) when there is none within the time that a caller waits */
  async checkOut(): Promise<pg.PoolClient> {
    if (this.#pool.waitingCount >= waitingMax) {
      throw new AppError('overloaded', { headers: { 'retry-after': '1' } });
    }
    for (let failures = 0; ; ) {
      try {
        // Without a wait, so that everybody who waits is counted.
        if (this.#servers.isUnsettled) await this.#servers.settle();
        const client = await this.#pool.connect();
        this.#lent.add(client);
        if (this.#generations.get(client) === this.#servers.generation) return client;
        this.release(client, true);
      } catch (error) {
        this.doubt(error);
        failures += 1;
        // Of several servers another one may be able to write by now.
        if (!isGone(error) || failures >= this.#servers.count) throw error;
      }
    }
  }

  release(client: pg.PoolClient, isBroken: boolean): void {
    this.#lent.delete(client);
    client.release(isBroken);
    if (isBroken) drop(client);
  }

  /** Checks whether an error concerns other connections, too. */
  doubt(error: unknown, client?: pg.PoolClient): void {
    if (isFull(error)) this.#noteFull(error);
    const generation = client && this.#generations.get(client);
    // The other connections of its generation have been doubted already.
    if (generation !== undefined && generation < this.#servers.generation) return;
    if (isGone(error)) this.#servers.doubt();
  }

  #noteFull(error: unknown): void {
    if (!this.#servers.isFull) this.#log.error(loggable(error), 'the disk of the database is full');
    this.#servers.noteFull();
  }

  /** Begins a transaction as the role, in one message, which needs no round trip of its own. */
  enter(client: pg.PoolClient, entry: Entry = {}) {
    const { reads, organization, statementSeconds, depth } = entry;
    const local = { ...this.#local };
    if (organization !== undefined) local['heddle.organization'] = String(organization);
    if (depth) local['heddle.depth'] = String(depth);
    if (statementSeconds !== undefined) local.statement_timeout = `${statementSeconds}s`;
    return client.query(enterText(beginText(reads), local, this.role)).then(lastOf, refuseOther);
  }

  statement(text: string, values: readonly unknown[]): pg.QueryConfig {
    if (this.#servers.prepares) return prepared(text, values);
    return { text, values: values as unknown[] };
  }

  /**
   * Whether a statement failed only because a pooler moved it to a session that had not prepared
   * it; from then on no statement is prepared.
   */
  isUnprepared(error: unknown): boolean {
    if (!isUnprepared(error)) return false;
    if (this.#servers.prepares) {
      this.#log.warn(
        {},
        'a pooler changes sessions: statements are no longer prepared under names',
      );
    }
    this.#servers.prepares = false;
    return true;
  }

  /** Runs one text on a connection of its own. */
  async run(text: string, values?: unknown[]): Promise<pg.QueryResult> {
    const client = await this.checkOut();
    let isBroken = false;
    try {
      return await this.flight(client, text, values);
    } catch (error) {
      isBroken = isGone(error);
      this.doubt(error, client);
      throw error;
    } finally {
      this.release(client, isBroken);
    }
  }

  /**
   * Runs one text in a transaction of its own, in one round trip; the text may contain a
   * transaction itself.
   */
  async flight(client: pg.PoolClient, text: string, values?: unknown[]): Promise<pg.QueryResult> {
    sendTogether(client);
    const [, result] = await answersTo([
      this.enter(client),
      client.query(text, values),
      client.query(inTime({ text: 'commit' })),
    ]);
    return result;
  }

  async close(): Promise<void> {
    this.#forget();
    if (!this.#pool.ending) await this.#pool.end();
  }
}

/** A text with several statements has several answers: this is the last one. */
function lastOf(answer: pg.QueryResult | pg.QueryResult[]): pg.QueryResult {
  return [answer].flat().at(-1) as pg.QueryResult;
}

function refuseOther(error: Error): never {
  const [said] = /a transaction ran as .* instead of \w+/.exec(error.message) ?? [];
  throw said === undefined ? error : new Error(said, { cause: error });
}

/**
 * The answers to statements that were sent together. The first failure is the cause of the others;
 * all are awaited, so that the connection can be used again.
 */
export async function answersTo<const Sent extends readonly Promise<unknown>[]>(sent: Sent) {
  for (const outcome of await Promise.allSettled(sent)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
  return Promise.all(sent);
}

/**
 * Destroys the connection when a query is not answered in time. Of several that are sent together
 * only the last needs this.
 */
export function inTime(query: pg.QueryConfig, statementSeconds = statementSecondsMax) {
  return { ...query, query_timeout: (statementSeconds + graceSeconds) * 1000 };
}

/** Makes one write of what is sent in one go: each write is a system call and wakes PostgreSQL. */
export function sendTogether({ connection: { stream } }: pg.PoolClient): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}
