import type pg from 'pg';
import { type Connections, type Entry, inTime, sendTogether } from './connections.ts';
import { isConsequence, isGone } from './failures.ts';
import type { Tx } from './tx.ts';

/** A transaction on a connection that it borrows; it begins with its first statement. */
export class Transaction implements Tx {
  readonly topics: string[] = [];
  /** Statements so far. */
  statements = 0;
  readonly #connections: Connections;
  readonly #client: pg.PoolClient;
  readonly #statementSeconds: number | undefined;
  /** Queued, and not sent yet. */
  #unsent: (() => Promise<unknown>)[];
  /** Sent without waiting; their failures are checked at the end. */
  readonly #sent: Promise<unknown>[] = [];
  /** The first failure, which made the statements after it fail. */
  #cause: unknown;
  /** When what was sent so far has been answered, and its failure noted. */
  #noted: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(connections: Connections, client: pg.PoolClient, entry: Entry) {
    this.#connections = connections;
    this.#client = client;
    this.#statementSeconds = entry.statementSeconds;
    this.#unsent = [() => this.#noting(connections.enter(client, entry))];
  }

  rows = async <Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> => {
    this.#use();
    sendTogether(this.#client);
    this.#sendUnsent();
    const statement = this.#connections.statement(text, values);
    const result = await this.#ask<Row & pg.QueryResultRow>(statement);
    return result.rows as Row[];
  };

  write = (text: string, values: readonly unknown[] = []): void => {
    this.#use();
    this.#unsent.push(() =>
      this.#noting(this.#client.query(this.#connections.statement(text, values))),
    );
  };

  announce = (topic: string): void => {
    this.topics.push(topic);
  };

  attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    await this.rows('savepoint attempt');
    const [sent, announced] = [this.#sent.length, this.topics.length];
    try {
      const answer = await work();
      await this.rows('release savepoint attempt');
      return answer;
    } catch (error) {
      // A connection that is gone says so once more, at the next statement.
      await this.rows('rollback to savepoint attempt').catch(() => {
        throw error;
      });
      await this.rows('release savepoint attempt');
      this.#sent.length = sent;
      this.topics.length = announced;
      this.#cause = undefined;
      throw error;
    }
  };

  async commit(): Promise<void> {
    this.#ended = true;
    sendTogether(this.#client);
    this.#sendUnsent();
    const committed = this.#ask({ text: 'commit' });
    await Promise.all([...this.#sent, committed]);
    const { command } = await committed;
    if (command !== 'COMMIT') throw new Error('a failed statement was passed over');
  }

  /** Answers whether the connection can be used again. */
  async rollback(error: unknown): Promise<boolean> {
    this.#ended = true;
    this.#connections.doubt(error, this.#client);
    if (isGone(error)) return false;
    return this.#ask({ text: 'rollback' }).then(
      () => true,
      () => false,
    );
  }

  /**
   * Work that goes on after its neighbour failed must not reach the next user of the connection.
   */
  #use(): void {
    if (this.#ended) throw new Error('the transaction has ended');
    this.statements += 1;
  }

  #ask<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    return this.#noting(this.#client.query<Row>(inTime(query, this.#statementSeconds)));
  }

  /**
   * Answers come in the order of the statements: one that was not even tried fails with what failed
   * before it, whichever of the two is waited for, and though that one's answer takes longer to read.
   */
  #noting<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const before = this.#noted;
    const noted = this.#note(answer, before);
    this.#noted = noted.catch(() => undefined);
    return noted;
  }

  async #note<Answer>(answer: Promise<Answer>, before: Promise<unknown>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (!isConsequence(error)) this.#cause = error;
      else await before;
      throw this.#cause ?? error;
    }
  }

  #sendUnsent(): void {
    for (const send of this.#unsent.splice(0)) {
      const answered = send();
      answered.catch(() => undefined);
      this.#sent.push(answered);
    }
  }
}
