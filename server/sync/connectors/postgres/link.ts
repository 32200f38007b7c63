import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { Pace } from '../sql/pace.ts';
import type { Place } from '../sql/place.ts';
import type { Tunnel } from '../tunnel.ts';
import { clientOf, connectMilliseconds, ownApplication, type Use } from './client.ts';
import { understand } from './failure.ts';
import { ChangeStream, type Streamed } from './replication/stream.ts';

const cancelRequest = 80_877_102;
const statusMilliseconds = 10_000;

/**
 * How values are written and read, for one transaction: a pooler may give the next one to another
 * server, so nothing is set for longer.
 */
const settings = [
  "client_encoding = 'UTF8'",
  "datestyle = 'ISO, MDY'",
  "timezone = 'UTC'",
  "intervalstyle = 'postgres'",
  'extra_float_digits = 1',
  "bytea_output = 'hex'",
  "lc_monetary = 'C'",
  'standard_conforming_strings = on',
  'xmloption = content',
];
const pins = settings.map((setting) => `set local ${setting};`).join(' ');
const pinsForGood = settings.map((setting) => `set ${setting};`).join(' ');

type Way = {
  readonly outside: Outside;
  readonly tunnel: Tunnel | undefined;
  readonly free: () => Promise<void>;
  readonly use: Use;
};

type Opening = {
  readonly address: string;
  readonly port: number;
  readonly free: () => Promise<void>;
  readonly pace: Pace;
};

/** What the driver does not show. */
type Inner = { processID?: number; secretKey?: number; connection: { stream: Socket } };

export type Answer = { readonly rows: readonly (string | null)[][]; readonly count: number };

/** A connection: what it answers is text. To open it takes one turn, and so does each statement. */
export class Link {
  readonly #client: pg.Client;
  readonly #address: string;
  readonly #port: number;
  readonly #pace: Pace;
  /** What comes is not awaited by anybody, when it is closed so. */
  #isReading = false;
  readonly #free: () => Promise<void>;

  private constructor(client: pg.Client, { address, port, free, pace }: Opening) {
    this.#free = free;
    this.#pace = pace;
    this.#client = client;
    this.#address = address;
    this.#port = port;
  }

  /** Tries each address of the host in turn. @throws ConnectorError */
  static async open(
    place: Place,
    outside: Outside,
    tunnel?: Tunnel,
    use: Use = 'statements',
  ): Promise<Link> {
    const free = await outside.place();
    try {
      await outside.turn();
      return await Link.#reach(place, { outside, tunnel, free, use });
    } catch (error) {
      await free();
      throw error;
    }
  }

  static async #reach(place: Place, { outside, tunnel, free, use }: Way): Promise<Link> {
    let last: unknown;
    const port = tunnel?.port ?? place.port;
    // What is behind a tunnel is looked up at its other end.
    for (const address of tunnel ? [tunnel.host] : await outside.resolve(place.host)) {
      const client = clientOf({ ...place, port }, address, use);
      // What is being done is told by its own promise.
      client.on('error', () => undefined);
      try {
        await client.connect();
      } catch (error) {
        last = tunnel?.failure ?? understand(error);
        continue;
      }
      const link = new Link(client, { address, port, free, pace: new Pace(outside) });
      const abandon = () => void link.abandon();
      outside.signal.addEventListener('abort', abandon, { once: true });
      try {
        if (outside.signal.aborted) abandon();
        await link.#refuseOwn();
        return link;
      } catch (error) {
        await link.close();
        throw error;
      } finally {
        outside.signal.removeEventListener('abort', abandon);
      }
    }
    throw last ?? new ConnectorError('retry', 'The host has no address.');
  }

  /** A database of this server, its secrets and all walls within it, is nobody's to read. */
  async #refuseOwn(): Promise<void> {
    const { rows } = await this.#query(
      `select count(*)::text from pg_catalog.pg_class c
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'sync' and c.relname = 'private_key'
         or n.nspname = 'platform' and c.relname = 'signing_key'`,
    );
    if (rows[0]?.[0] !== '2') return;
    const message = 'This is a database of Heddle; use its APIs instead.';
    throw new ConnectorError('configuration', message);
  }

  /**
   * Begins a transaction that sees one state of everything and changes nothing; `snapshot`: the one that
   * another connection has exported.
   */
  async beginReading(snapshot?: string): Promise<void> {
    const state = snapshot === undefined ? '' : `set transaction snapshot '${snapshot}';`;
    await this.run(
      `begin isolation level repeatable read read only; ${state} ${pins}
       set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`,
    );
  }

  /**
   * `isHeld`: others' work may pass before it goes on. `name`: by which a successor finds the
   * transaction, and ends it.
   */
  async beginWriting(name = ownApplication, isHeld = false): Promise<void> {
    await this.run(
      `begin; ${pins} set local application_name = '${name}';
       set local statement_timeout = '30min'; set local lock_timeout = '30s';
       set local idle_in_transaction_session_timeout = '${isHeld ? '1h' : '60s'}'`,
    );
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Answer> {
    const turn = this.#pace.turn();
    if (turn) await turn;
    return this.#query(text, values);
  }

  async #query(text: string, values: readonly unknown[] = []): Promise<Answer> {
    try {
      const { rows, rowCount } = await this.#client.query({
        text,
        values: values as unknown[],
        rowMode: 'array',
      });
      return { rows: rows as (string | null)[][], count: rowCount ?? 0 };
    } catch (error) {
      throw understand(error);
    }
  }

  /** Plans a text that must be one statement, whole by itself. @throws ConnectorError */
  async plan(text: string): Promise<void> {
    await this.#ask(`explain ${text}`);
  }

  /** What a statement would answer: names, and types by their numbers in the catalogue. */
  async columns(text: string): Promise<{ name: string; id: string; modifier: string }[]> {
    const { fields } = await this.#ask(text);
    return fields.map(({ name, dataTypeID, dataTypeModifier }) => ({
      name,
      id: String(dataTypeID),
      modifier: String(dataTypeModifier),
    }));
  }

  /** By the extended protocol, which takes one statement only. */
  async #ask(text: string): Promise<pg.QueryResult> {
    const turn = this.#pace.turn();
    if (turn) await turn;
    // The types of the driver do not know it yet.
    const config = { text, queryMode: 'extended' } as pg.QueryConfig;
    return this.#client.query(config).catch((error: unknown) => {
      throw understand(error, { isQuery: true });
    });
  }

  /** Several statements at once, without an answer. */
  async run(text: string): Promise<void> {
    const turn = this.#pace.turn();
    if (turn) await turn;
    await this.#client.query(text).catch((error: unknown) => {
      throw understand(error);
    });
  }

  async copyOut(select: string): Promise<AsyncIterable<Buffer> & { destroy(): void }> {
    const turn = this.#pace.turn();
    if (turn) await turn;
    this.#isReading = true;
    const stream = copyTo(`copy (${select}) to stdout`, { highWaterMark: 1 << 20 });
    stream.once('end', () => {
      this.#isReading = false;
    });
    return this.#client.query(stream);
  }

  /** The connection tells changes from now on, and does nothing else. @throws ConnectorError */
  async replicate(streamed: Streamed): Promise<ChangeStream> {
    await this.run(pinsForGood);
    const { rows } = await this.#query(
      "select setting from pg_catalog.pg_settings where name = 'wal_sender_timeout'",
    );
    const timeout = Number(rows[0]?.[0]) || statusMilliseconds;
    this.#isReading = true;
    const every = Math.min(statusMilliseconds, timeout / 3);
    return ChangeStream.begin(this.#client, streamed, { statusMilliseconds: every, understand });
  }

  /** @throws RecordRefusal */
  async copyIn(target: string, lines: Buffer, fields: readonly string[]): Promise<number> {
    const turn = this.#pace.turn();
    if (turn) await turn;
    const stream = this.#client.query(copyFrom(`copy ${target} from stdin`));
    try {
      const ended = finished(stream as Writable);
      stream.end(lines);
      await ended;
    } catch (error) {
      throw understand(error, { fields });
    }
    return stream.rowCount;
  }

  /** Which process answers, as it was said at the beginning: of a pooler it is another one. */
  get process(): number | undefined {
    return (this.#client as unknown as Inner).processID;
  }

  /** Ends the statement at the server too, and the connection. */
  async abandon(): Promise<void> {
    this.#pace.end();
    const { processID, secretKey, connection } = this.#client as unknown as Inner;
    connection.stream.destroy();
    const socket = dial({ host: this.#address, port: this.#port, timeout: connectMilliseconds });
    const request = Buffer.alloc(16);
    [16, cancelRequest, processID ?? 0, secretKey ?? 0].forEach((word, at) => {
      request.writeInt32BE(word | 0, at * 4);
    });
    socket.on('timeout', () => socket.destroy());
    socket.end(request).resume();
    await once(socket, 'close').catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#pace.end();
    try {
      if (this.#isReading) await this.abandon();
      else await this.#client.end().catch(() => undefined);
    } finally {
      await this.#free();
    }
  }
}
