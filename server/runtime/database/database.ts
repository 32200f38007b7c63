import { AppError } from '../errors.ts';
import { type Log, loggable } from '../log.ts';
import type { Address } from './address.ts';
import { Overtaken, untilUndisturbed } from './again.ts';
import { answersTo, Connections, type Entry, inTime, sendTogether } from './connections.ts';
import { isCrowded, isFull, isOwnRefusal, isUnavailable } from './failures.ts';
import { channel } from './listener.ts';
import { Servers } from './servers.ts';
import { Snapshot } from './snapshot.ts';
import { Transaction } from './transaction.ts';
import type { Db, Tx } from './tx.ts';

export type { Db, Tx } from './tx.ts';

export type Wall = {
  /** Reads of one organization: each call is a read-only transaction of its own, in one round trip. */
  reading: Db;
  /** Runs `work`, whose reads see one snapshot and share round trips where they can. */
  read<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction; again from the start after a deadlock, a serialization failure, or
   * when it throws `Overtaken`. @throws AppError overloaded (503) when that does not help
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, terms?: Terms): Promise<T>;
};

export type Terms = {
  /** For statements that take longer than the ten seconds that a statement has by default. */
  statementSeconds?: number;
  /** How deep the workflow stands that acts: its events say so. */
  depth?: number;
};

const announceMilliseconds = 10;

/** The pools of one process. `of(organization)` is walled by row-level security, `system` is not. */
export class Database {
  /** Statements sent so far, for tests that count them. */
  statements = 0;
  readonly address: Address;
  readonly system: Wall;
  readonly #app: Connections;
  readonly #systems: Connections;
  readonly #log: Log;
  readonly #announced = new Map<string, NodeJS.Timeout>();

  constructor(address: Address, log: Log, options: { connectionsMax?: number } = {}) {
    const name = `heddle ${process.pid}`;
    const max = options.connectionsMax ?? 24;
    this.address = address;
    this.#log = log;
    this.#app = new Connections(address, { role: 'heddle_app', name, max }, log);
    this.#systems = new Connections(address, { role: 'heddle_system', name, max: 8 }, log);
    this.system = this.#wall(this.#systems, 0);
  }

  /** Whether it refused a write a short time ago because its disk was full. */
  get isFull(): boolean {
    return Servers.of(this.address).isFull;
  }

  of(organization: number): Wall {
    return this.#wall(this.#app, organization);
  }

  /** The state of the pools, for metrics. */
  pools() {
    const pools = Object.entries({ app: this.#app, system: this.#systems });
    return pools.map(([name, { counts }]) => ({ name, ...counts }));
  }

  /** Wakes the listeners of a topic, now. */
  async announce(topic: string): Promise<void> {
    clearTimeout(this.#announced.get(topic));
    this.#announced.delete(topic);
    // It is a commit, but need not wait for the disk: listeners also look by themselves.
    await this.system.reading
      .rows(`select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`, [
        channel,
        topic,
      ])
      .catch((error) => this.#log.warn(loggable(error), 'an announcement was not made'));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#announced.keys()].map((topic) => this.announce(topic)));
    await Promise.all([this.#app.close(), this.#systems.close()]);
  }

  #wall(connections: Connections, organization: number): Wall {
    const reading: Db = {
      rows: <Row>(text: string, values: readonly unknown[] = []) =>
        this.#again(connections, () => this.#read<Row>(connections, organization, text, values)),
    };
    return {
      reading,
      read: (work) =>
        this.#again(connections, () =>
          this.#share(new Snapshot(connections, organization, reading), work),
        ),
      transaction: (work, terms) => {
        const entry = { organization, ...terms };
        return this.#again(connections, () => this.#attempt(connections, entry, work));
      },
    };
  }

  async #again<T>(connections: Connections, attempt: () => Promise<T>): Promise<T> {
    try {
      return await untilUndisturbed(attempt, (error) => connections.isUnprepared(error));
    } catch (error) {
      throw unavailable(error);
    }
  }

  async #read<Row>(
    connections: Connections,
    organization: number,
    text: string,
    values: readonly unknown[],
  ) {
    const client = await connections.checkOut();
    let failed = true;
    try {
      sendTogether(client);
      const [, result] = await answersTo([
        connections.enter(client, { reads: 'once', organization }),
        client.query<Row & object>(connections.statement(text, values)),
        client.query(inTime({ text: 'commit' })),
      ]);
      this.statements += 1;
      failed = false;
      return result.rows as Row[];
    } catch (error) {
      if (isOwnRefusal(error)) throw readThatWrote(error);
      connections.doubt(error, client);
      throw error;
    } finally {
      // After a failed read the pipeline may still hold answers: such a connection is not reused.
      connections.release(client, failed);
    }
  }

  async #share<T>(snapshot: Snapshot, work: (db: Db) => Promise<T>): Promise<T> {
    try {
      const answer = await work(snapshot);
      snapshot.end();
      return answer;
    } catch (error) {
      const cause = isOwnRefusal(error) ? readThatWrote(error) : error;
      snapshot.end(cause);
      throw cause;
    } finally {
      this.statements += snapshot.statements;
    }
  }

  async #attempt<T>(connections: Connections, entry: Entry, work: (tx: Tx) => Promise<T>) {
    const client = await connections.checkOut();
    const transaction = new Transaction(connections, client, entry);
    let isWhole = true;
    try {
      const answer = await work(transaction);
      await transaction.commit();
      for (const topic of transaction.topics) this.#announceSoon(topic);
      return answer;
    } catch (error) {
      isWhole = await transaction.rollback(error);
      throw error;
    } finally {
      this.statements += transaction.statements;
      connections.release(client, !isWhole);
    }
  }

  /**
   * A NOTIFY inside a transaction makes all commits of the database wait for each other, so it is
   * sent after the commit, once for everything that happened meanwhile. Listeners also look by
   * themselves.
   */
  #announceSoon(topic: string): void {
    if (this.#announced.has(topic)) return;
    this.#announced.set(
      topic,
      setTimeout(() => void this.announce(topic), announceMilliseconds),
    );
  }
}

/** A fault of ours: the server and its other connections are as well as before. */
function readThatWrote(error: unknown): Error {
  return new Error(`a read wrote: ${(error as Error).message}`);
}

/**
 * A database that cannot be reached or has too much to do is a temporary failure: 503 instead of
 * 500.
 */
export function unavailable(error: unknown): unknown {
  if (isCrowded(error) || error instanceof Overtaken) {
    return new AppError('overloaded', {
      message:
        'Too many simultaneous changes to the same data; try again after the time in Retry-After.',
      headers: { 'retry-after': '1' },
    });
  }
  if (isFull(error)) {
    return new AppError('overloaded', {
      message:
        'The disk of the database is full, and nothing was stored; the operator has to make room.',
      headers: { 'retry-after': '60' },
    });
  }
  if (!isUnavailable(error)) return error;
  return new AppError('overloaded', {
    message: 'The database cannot be reached just now; try again after the time in Retry-After.',
    headers: { 'retry-after': '2' },
  });
}
