import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import type { SnowflakeSettings } from './config.ts';
import {
  type Column,
  type Connection,
  type DriverError,
  loadDriver,
  type Statement,
} from './driver.ts';
import { understand } from './failure.ts';
import { Transport } from './transport.ts';

export type Bind = string | null;
export type Cells = readonly (string | null)[];

/** Moments are those of UTC, and what is written is what was said. */
const pins = `alter session set TIMEZONE = 'UTC' AUTOCOMMIT = true BINARY_OUTPUT_FORMAT = 'HEX'
  ERROR_ON_NONDETERMINISTIC_MERGE = true LOCK_TIMEOUT = 600 QUERY_TAG = 'heddle'`;
const chunkRows = 500;
const codeOfNull = 'NULL';

/** A session at Snowflake: what it answers is text. Each of its requests takes one turn. */
export class Link {
  readonly #connection: Connection;
  readonly #transport: Transport;
  readonly #end: AbortController;
  readonly #free: () => Promise<void>;
  #isClosed = false;

  private constructor(
    connection: Connection,
    transport: Transport,
    end: AbortController,
    free: () => Promise<void>,
  ) {
    this.#connection = connection;
    this.#transport = transport;
    this.#end = end;
    this.#free = free;
  }

  /** Signs in. @throws ConnectorError */
  static async open(settings: SnowflakeSettings, outside: Outside): Promise<Link> {
    const free = await outside.place();
    const end = new AbortController();
    try {
      const transport = new Transport(outside, AbortSignal.any([outside.signal, end.signal]));
      const driver = await loadDriver({ httpClient: transport });
      const connection = driver.createConnection(optionsOf(settings));
      const link = new Link(connection, transport, end, free);
      await link.#connect();
      await link.run(pins);
      return link;
    } catch (error) {
      end.abort();
      await free();
      throw understand(error);
    }
  }

  /** All rows of a statement that answers few. @throws ConnectorError, RecordRefusal */
  async query(text: string, binds: readonly Bind[] = []): Promise<Cells[]> {
    const rows: Cells[] = [];
    for await (const chunk of this.stream(text, binds)) rows.push(...chunk);
    return rows;
  }

  async run(text: string, binds: readonly Bind[] = []): Promise<void> {
    await this.query(text, binds);
  }

  /** How many rows a statement has changed: those that came, then those that became others. */
  async change(text: string, binds: readonly Bind[] = []): Promise<readonly number[]> {
    const [counts = []] = await this.query(text, binds);
    return counts.map(Number);
  }

  /** What a statement tells, with the names of its columns. */
  async told(text: string): Promise<{ names: readonly string[]; rows: readonly Cells[] }> {
    const statement = await this.#execute(text, []);
    const names = statement.getColumns().map((column) => column.getName());
    const rows: Cells[] = [];
    for await (const row of statement.streamRows()) {
      rows.push(row.map((cell) => (cell === null || cell === undefined ? null : String(cell))));
    }
    return { names, rows };
  }

  /** What a statement would answer, without doing it. */
  async columns(text: string): Promise<readonly Column[]> {
    return (await this.#execute(text, [], { describeOnly: true })).getColumns();
  }

  /** The rows of a statement, some at a time, as fast as they are taken. */
  async *stream(text: string, binds: readonly Bind[] = []): AsyncGenerator<readonly Cells[]> {
    const statement = await this.#execute(text, binds);
    const numbers = statement.getColumns().map((column) => isNumber(column.getType()));
    const rows = statement.streamRows();
    let chunk: Cells[] = [];
    try {
      for await (const row of rows) {
        chunk.push(row.map((cell, at) => cellOf(cell, numbers[at] ?? false)));
        if (chunk.length < chunkRows) continue;
        yield chunk;
        chunk = [];
      }
    } catch (error) {
      throw this.#failureOf(error);
    }
    if (chunk.length > 0) yield chunk;
  }

  /** Gives up whatever is being asked. */
  async abandon(): Promise<void> {
    this.#end.abort();
    await this.close();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      // What is not committed is undone with its session.
      if (!this.#end.signal.aborted) {
        await new Promise<void>((done) => this.#connection.destroy(() => done()));
      }
    } finally {
      this.#end.abort();
      await this.#free();
    }
  }

  async #connect(): Promise<void> {
    const error = await new Promise<DriverError | undefined>((done) => {
      this.#connection.connectAsync(done).catch(done);
    });
    if (error) throw this.#failureOf(error);
  }

  #execute(text: string, binds: readonly Bind[], more = {}): Promise<Statement> {
    return new Promise((resolve, reject) => {
      const complete = (error: DriverError | undefined, statement: Statement) =>
        error ? reject(this.#failureOf(error)) : resolve(statement);
      const options = { sqlText: text, complete, streamResult: true, ...more };
      this.#connection.execute(binds.length > 0 ? { ...options, binds } : options);
    });
  }

  #failureOf(error: unknown): unknown {
    const failure = this.#transport.takeFailure();
    if (this.#isClosed) return new ConnectorError('retry', 'The session at Snowflake has ended.');
    return understand(failure ?? error);
  }
}

function optionsOf(settings: SnowflakeSettings): Record<string, unknown> {
  const { url, account, warehouse, database, schema, role, user, privateKey } = settings;
  return {
    ...{ account, accessUrl: url, username: user, privateKey, database, schema },
    ...(warehouse === undefined ? {} : { warehouse }),
    ...(role === undefined ? {} : { role }),
    ...{ authenticator: 'SNOWFLAKE_JWT', application: 'Heddle', rowMode: 'array' },
    // Everything else is asked for as text already; a number would lose its digits.
    ...{ fetchAsString: ['Number'], sfRetryMaxLoginRetries: 0 },
  };
}

function isNumber(type: string): boolean {
  return type === 'fixed' || type === 'real';
}

/** The driver writes a number that is null as a word. */
function cellOf(cell: unknown, isNumber: boolean): string | null {
  if (cell === null || (isNumber && cell === codeOfNull)) return null;
  return String(cell);
}
