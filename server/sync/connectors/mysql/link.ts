import { connect as dial, type Socket } from 'node:net';
import mysql, { type Connection, type ConnectionOptions, type FieldPacket } from 'mysql2';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { Pace } from '../sql/pace.ts';
import { encryptionOf, type Place } from '../sql/place.ts';
import type { Tunnel } from '../tunnel.ts';
import { understand } from './failure.ts';
import { Rows, socketOf } from './rows.ts';

const connectMilliseconds = 10_000;
/** What answers at all, but not to what it is asked, is given up. */
const openMilliseconds = 20_000;
const aliveMilliseconds = 5_000;

/**
 * How values are written and read, and how long the server waits for whoever is slow. Zeros in dates
 * are allowed, since they come from other MySQLs; what is no day in a text is refused before.
 */
const pins = [
  'set names utf8mb4',
  `set session sql_mode =
    'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'`,
  `set session time_zone = '+00:00', lc_messages = 'en_US', autocommit = 1,
    sql_safe_updates = 0, sql_big_selects = 1, sql_select_limit = default,
    net_write_timeout = 86400, net_read_timeout = 3600, wait_timeout = 86400,
    lock_wait_timeout = 60, innodb_lock_wait_timeout = 30
    /*M!100100 , max_statement_time = 0 */ /*!50708 , max_execution_time = 0 */`,
  'set session transaction isolation level repeatable read',
];

type Opening = {
  readonly open: () => Connection;
  readonly free: () => Promise<void>;
  readonly pace: Pace;
};

export type Change = {
  /** Of an insert, an updated row counts twice; of an update, those that it has changed. */
  readonly affected: number;
  /** What the server says of it: rows found, or rows sent; then those that were updated. */
  readonly counts: readonly number[];
};

/**
 * A connection: what it answers is text, or bytes. To open it takes one turn, and so does each
 * statement.
 */
export class Link {
  readonly #client: Connection;
  readonly #open: () => Connection;
  readonly #free: () => Promise<void>;
  readonly #pace: Pace;
  #rows: Rows | undefined;
  #isClosed = false;

  private constructor(client: Connection, { open, free, pace }: Opening) {
    this.#client = client;
    this.#open = open;
    this.#free = free;
    this.#pace = pace;
  }

  /** Tries each address of the host in turn. @throws ConnectorError */
  static async open(place: Place, outside: Outside, tunnel?: Tunnel): Promise<Link> {
    const free = await outside.place();
    let last: unknown;
    const port = tunnel?.port ?? place.port;
    try {
      await outside.turn();
      // What is behind a tunnel is looked up at its other end.
      for (const address of tunnel ? [tunnel.host] : await outside.resolve(place.host)) {
        const open = () => clientOf(place, address, port);
        const client = open();
        // What is being done is told by its own promise.
        client.on('error', () => undefined);
        const ending = AbortSignal.any([outside.signal, AbortSignal.timeout(openMilliseconds)]);
        const abandon = () => void socketOf(client).destroy();
        ending.addEventListener('abort', abandon, { once: true });
        let isConnected = false;
        try {
          if (ending.aborted) abandon();
          await connected(client);
          isConnected = true;
          const link = new Link(client, { open, free, pace: new Pace(outside) });
          for (const pin of pins) await link.#send(pin);
          return link;
        } catch (error) {
          client.destroy();
          last = tunnel?.failure ?? understand(error);
          if (isConnected) break;
        } finally {
          ending.removeEventListener('abort', abandon);
        }
      }
    } catch (error) {
      last = error;
    }
    await free();
    throw last ?? new ConnectorError('retry', 'The host has no address.');
  }

  /** Begins a transaction that sees one state of everything and changes nothing. */
  async beginReading(): Promise<void> {
    await this.run('start transaction with consistent snapshot, read only');
  }

  async query(text: string): Promise<(string | null)[][]> {
    const rows = (await this.#ask(text)) as (Buffer | null)[][];
    return rows.map((row) => row.map((cell) => (cell === null ? null : cell.toString())));
  }

  /** @throws RecordRefusal that names one of the columns */
  async change(text: string, columns: readonly string[] = []): Promise<Change> {
    const answer = (await this.#ask(text, columns)) as { affectedRows: number; info?: string };
    const counts = answer.info?.match(/\d+/g)?.map(Number) ?? [];
    return { affected: answer.affectedRows, counts };
  }

  async run(text: string): Promise<void> {
    await this.#ask(text);
  }

  /** What a statement would answer, without doing it. */
  async columns(text: string): Promise<FieldPacket[]> {
    const turn = this.#pace.turn();
    if (turn) await turn;
    return new Promise((resolve, reject) => {
      this.#client.prepare(text, (error, statement) => {
        if (error) return reject(understand(error));
        resolve((statement as unknown as { columns: FieldPacket[] }).columns);
        statement.close();
      });
    });
  }

  /** The rows of a statement, some at a time, as fast as they are taken. */
  async *stream(text: string): AsyncGenerator<readonly (Buffer | null)[][]> {
    const turn = this.#pace.turn();
    if (turn) await turn;
    this.#rows = new Rows(this.#client, text);
    yield* this.#rows.chunks();
    this.#rows = undefined;
  }

  /** Ends the statement at the server too, and the connection. */
  async abandon(): Promise<void> {
    this.#pace.end();
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Closed by the driver, it would leave whoever waits for an answer waiting.
    socketOf(this.#client).destroy();
    const { threadId } = this.#client;
    const other = this.#open();
    other.on('error', () => undefined);
    await connected(other)
      .then(() => new Promise((done) => other.query(`kill ${Number(threadId)}`, done)))
      .catch(() => undefined);
    other.destroy();
  }

  async close(): Promise<void> {
    this.#pace.end();
    try {
      if (this.#isClosed) return;
      if (this.#rows) return await this.abandon();
      this.#isClosed = true;
      await new Promise((done) => this.#client.end(done));
    } finally {
      await this.#free();
    }
  }

  async #ask(text: string, columns?: readonly string[]): Promise<unknown> {
    const turn = this.#pace.turn();
    if (turn) await turn;
    return this.#send(text, columns);
  }

  #send(text: string, columns?: readonly string[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const options = { sql: text, rowsAsArray: true, typeCast: false };
      this.#client.query(options, (error, answer) => {
        if (error) reject(understand(error, columns));
        else resolve(answer);
      });
    });
  }
}

function connected(client: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    client.connect((error) => (error ? reject(error) : resolve()));
  });
}

function clientOf(place: Place, address: string, port: number): Connection {
  const { database, user, password = '' } = place;
  const options: ConnectionOptions = {
    host: place.host,
    port,
    database,
    user,
    password,
    charset: 'utf8mb4',
    connectTimeout: connectMilliseconds,
    multipleStatements: false,
    // No file of this machine is sent, whoever asks; and rows that stay as they are count as none.
    flags: ['-LOCAL_FILES', '-FOUND_ROWS'],
    stream: () => socketTo(address, port, place.host),
  };
  const encryption = encryptionOf(place);
  if (encryption !== false) {
    const { ca, rejectUnauthorized = true } = encryption;
    options.ssl = {
      rejectUnauthorized,
      verifyIdentity: place.ssl === 'verify-full',
      ...(ca === undefined ? {} : { ca: ca as string }),
    };
  }
  return mysql.createConnection(options);
}

function socketTo(address: string, port: number, host: string): Socket {
  const socket = dial({ host: address, port, keepAlive: true, noDelay: true });
  socket.setKeepAlive(true, aliveMilliseconds);
  // The certificate is of the name; for an address TLS would take that of localhost.
  return Object.assign(socket, { _host: host });
}
