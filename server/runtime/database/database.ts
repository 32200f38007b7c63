import pg from 'pg';
import { AppError } from '../errors.ts';
import { type Log, loggable } from '../log.ts';
import { Overtaken, untilUndisturbed } from './again.ts';
import { type Address, connectTo, prepared, type Role } from './connection.ts';
import { isConsequence, isCrowded, isUnavailable } from './failures.ts';
import { channel } from './listener.ts';

/** Reads; inside a request it sees the rows of one organization only. */
export type Db = {
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};

/** Reads and writes that happen together or not at all. */
export type Tx = Db & {
  /**
   * Sends a statement whose answer nobody needs: it leaves with the next one or with the commit,
   * instead of taking a round trip of its own. If it fails, the transaction does.
   */
  write(text: string, values?: readonly unknown[]): void;
  /** Wakes whoever listens to `topic`, in all processes, once the transaction has been committed. */
  announce(topic: string): void;
};

export type Wall = {
  /** Reads of one organization: each call is a read-only transaction of its own, in one round trip. */
  reading: Db;
  /**
   * Runs `work` in one transaction; again from the start after a deadlock, a serialization failure, or
   * when it throws `Overtaken`. @throws AppError overloaded (503) when that does not help
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

type Session = {
  client: pg.PoolClient;
  topics: string[];
  /** Written, and not sent yet. */
  unsent: pg.QueryConfig[];
  /** Written and sent; their failures are looked for at the end. */
  sent: Promise<unknown>[];
  ended: boolean;
};

const waitingMax = 1_000;
const announceMilliseconds = 10;
/** Nobody waits longer for what others have locked. */
const lockMilliseconds = 8_000;

/** The pools of one process. `of(organization)` is walled by row-level security, `system` is not. */
export class Database {
  /** Statements sent so far, for tests that count them. */
  statements = 0;
  readonly address: Address;
  readonly system: Wall;
  readonly #app: pg.Pool;
  readonly #systemPool: pg.Pool;
  readonly #log: Log;
  readonly #announced = new Map<string, NodeJS.Timeout>();

  constructor(address: Address, log: Log, options: { connectionsMax?: number } = {}) {
    this.address = address;
    this.#log = log;
    this.#app = this.#pool('heddle_app', options.connectionsMax ?? 24);
    this.#systemPool = this.#pool('heddle_system', 8);
    this.system = this.#wall(this.#systemPool, 0);
  }

  of(organization: number): Wall {
    return this.#wall(this.#app, organization);
  }

  /** How the pools stand, for metrics. */
  pools() {
    return Object.entries({ app: this.#app, system: this.#systemPool }).map(([name, pool]) => ({
      name,
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#announced.keys()].map((topic) => this.#sendAnnouncement(topic)));
    const open = [this.#app, this.#systemPool].filter((pool) => !pool.ending);
    await Promise.all(open.map((pool) => pool.end()));
  }

  #pool(role: Role, max: number): pg.Pool {
    const pool = new pg.Pool({
      ...connectTo(this.address, role, `heddle ${process.pid}`),
      pipeline: true,
      max,
      statement_timeout: 60_000,
      lock_timeout: lockMilliseconds,
      idle_in_transaction_session_timeout: 60_000,
    } as pg.PoolConfig);
    pool.on('error', (error) =>
      this.#log.warn(loggable(error), 'an idle database connection ended'),
    );
    // A connection that ends while it is lent says so here as well as to its user, who handles it.
    pool.on('connect', (client) => client.on('error', () => undefined));
    return pool;
  }

  #wall(pool: pg.Pool, organization: number): Wall {
    return {
      reading: { rows: (text, values = []) => this.#read(pool, organization, text, values) },
      transaction: (work) => this.#transaction(pool, organization, work),
    };
  }

  async #read<Row>(pool: pg.Pool, organization: number, text: string, values: readonly unknown[]) {
    const client = await checkOut(pool);
    let failed = true;
    try {
      sendTogether(client);
      const [, result] = await Promise.all([
        client.query(enter('begin read only', organization)),
        client.query<Row & pg.QueryResultRow>(prepared(text, values)),
        client.query('commit'),
      ]);
      this.statements += 1;
      failed = false;
      return result.rows as Row[];
    } catch (error) {
      throw unavailable(error);
    } finally {
      // After a failed read the pipeline may still hold answers: such a connection is not reused.
      client.release(failed);
    }
  }

  async #transaction<T>(pool: pg.Pool, organization: number, work: (tx: Tx) => Promise<T>) {
    try {
      return await untilUndisturbed(() => this.#attempt(pool, organization, work));
    } catch (error) {
      throw unavailable(error);
    }
  }

  async #attempt<T>(pool: pg.Pool, organization: number, work: (tx: Tx) => Promise<T>) {
    const client = await checkOut(pool);
    const session: Session = { client, topics: [], unsent: [], sent: [], ended: false };
    let broken = false;
    try {
      session.unsent.push({ text: enter('begin', organization) });
      const answer = await work(this.#tx(session));
      session.ended = true;
      sendTogether(client);
      this.#sendUnsent(session);
      const committed = client.query('commit');
      await Promise.all([...session.sent, committed]);
      const { command } = await committed;
      if (command !== 'COMMIT') throw new Error('a failed statement was passed over');
      for (const topic of session.topics) this.#announce(topic);
      return answer;
    } catch (error) {
      session.ended = true;
      await client.query('rollback').catch(() => {
        broken = true;
      });
      throw isConsequence(error) ? ((await firstFailure(session)) ?? error) : error;
    } finally {
      client.release(broken);
    }
  }

  /**
   * NOTIFY inside a transaction makes all commits of the database wait for each other; so it is sent
   * after the commit, once for all that happened meanwhile. Whoever listens also looks by itself.
   */
  #announce(topic: string): void {
    if (this.#announced.has(topic)) return;
    this.#announced.set(
      topic,
      setTimeout(() => void this.#sendAnnouncement(topic), announceMilliseconds),
    );
  }

  async #sendAnnouncement(topic: string): Promise<void> {
    clearTimeout(this.#announced.get(topic));
    this.#announced.delete(topic);
    // It is a commit, but need not wait for the disk: whoever listens also looks by itself.
    await this.system.reading
      .rows(`select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`, [
        channel,
        topic,
      ])
      .catch((error) => this.#log.warn(loggable(error), 'an announcement was not made'));
  }

  #tx(session: Session): Tx {
    const { client, topics } = session;
    return {
      rows: async <Row>(text: string, values: readonly unknown[] = []) => {
        // What runs on after its neighbour failed must not reach the next user of the connection.
        if (session.ended) throw new Error('the transaction has ended');
        this.statements += 1;
        sendTogether(client);
        this.#sendUnsent(session);
        const result = await client.query<Row & pg.QueryResultRow>(prepared(text, values));
        return result.rows as Row[];
      },
      write: (text, values = []) => {
        if (session.ended) throw new Error('the transaction has ended');
        this.statements += 1;
        session.unsent.push(prepared(text, values));
      },
      announce: (topic) => topics.push(topic),
    };
  }

  #sendUnsent({ client, unsent, sent }: Session): void {
    for (const query of unsent.splice(0)) {
      const answered = client.query(query);
      answered.catch(() => undefined);
      sent.push(answered);
    }
  }
}

/** What nobody waited for may be what failed first. */
async function firstFailure({ sent }: Session): Promise<unknown> {
  const outcomes = await Promise.allSettled(sent);
  return outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
}

/** What is asked in one go leaves in one write: each write is a system call and wakes PostgreSQL. */
function sendTogether({ connection: { stream } }: pg.PoolClient): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Both in one text, which is one message: prepared, the second would be four more. */
function enter(begin: string, organization: number): string {
  return `${begin}; select set_config('heddle.organization', '${organization}', true)`;
}

async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  if (pool.waitingCount >= waitingMax) {
    throw new AppError('overloaded', { headers: { 'retry-after': '1' } });
  }
  try {
    return await pool.connect();
  } catch (error) {
    throw unavailable(error);
  }
}

/** A database that can't be reached, or has too much at once, passes: 503 instead of 500. */
function unavailable(error: unknown): unknown {
  if (isCrowded(error) || error instanceof Overtaken) {
    return new AppError('overloaded', {
      message: 'Too many changes of the same at once; try again after the time in Retry-After.',
      headers: { 'retry-after': '1' },
    });
  }
  if (!isUnavailable(error)) return error;
  return new AppError('overloaded', {
    message: 'The database cannot be reached just now; try again after the time in Retry-After.',
    headers: { 'retry-after': '2' },
  });
}
