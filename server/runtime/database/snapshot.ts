import type pg from 'pg';
import type { Connections } from './connections.ts';
import { Transaction } from './transaction.ts';
import type { Db } from './tx.ts';

/**
 * The reads of one request: all see the same snapshot, and those that are started together are sent
 * together. It begins with the first read and ends with the request; what is read later, while an
 * answer is streamed, is read by itself.
 */
export class Snapshot implements Db {
  /** Statements so far. */
  statements = 0;
  readonly #connections: Connections;
  readonly #organization: number;
  readonly #afterwards: Db;
  #begun: Promise<{ client: pg.PoolClient; transaction: Transaction }> | undefined;
  #ended = false;

  constructor(connections: Connections, organization: number, afterwards: Db) {
    this.#connections = connections;
    this.#organization = organization;
    this.#afterwards = afterwards;
  }

  rows = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
    if (this.#ended) return this.#afterwards.rows(text, values);
    this.statements += 1;
    this.#begun ??= this.#begin();
    const { transaction } = await this.#begun;
    return transaction.rows(text, values);
  };

  /**
   * Nobody waits for the end of a transaction that only read; its connection is free afterwards.
   */
  end(error?: unknown): void {
    this.#ended = true;
    this.#begun?.then(
      async ({ client, transaction }) => {
        const isWhole = await (error === undefined
          ? transaction.commit().then(() => true)
          : transaction.rollback(error)
        ).catch(() => false);
        this.#connections.release(client, !isWhole);
      },
      () => undefined,
    );
  }

  async #begin() {
    const client = await this.#connections.checkOut();
    const entry = { reads: 'snapshot', organization: this.#organization } as const;
    return { client, transaction: new Transaction(this.#connections, client, entry) };
  }
}
