import type pg from 'pg';
import { type Lsn, writeLsn } from './lsn.ts';
import { type Message, readMessage } from './pgoutput.ts';

/** Where a stream begins, and what it tells of. */
export type Streamed = { readonly slot: string; readonly publication: string; readonly from: Lsn };

/** A message, or, when nothing is under way, how far the server is. */
export type Told =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'idle'; readonly at: Lsn };

type Means = {
  /** How often the server hears how far was stored. */
  readonly statusMilliseconds: number;
  /** What an error of the driver means. */
  understand(error: unknown): unknown;
};

type Queued = { readonly told: Told; readonly bytes: number };

type Connection = {
  readonly stream: { pause(): void; resume(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
};

const [pausedBytes, resumedBytes] = [4 * 2 ** 20, 2 ** 20];
const epochMicroseconds = BigInt(Date.UTC(2000, 0, 1)) * 1000n;
const dataHeadBytes = 25;
const [data, keepalive] = [0x77, 0x6b];
const statusBytes = 34;
const takenMax = 1_000;

/**
 * Changes as the server tells them, in the order of commits: whoever reads asks for one message after
 * the other, and what is not asked for waits at the server. It hears every few seconds how far was
 * stored, however long a message is worked on.
 * https://www.postgresql.org/docs/current/protocol-replication.html
 */
export class ChangeStream {
  readonly #began = Promise.withResolvers<void>();
  readonly #streamed: Streamed;
  readonly #understand: Means['understand'];
  #connection: Connection | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #queue: Queued[] = [];
  /** How many of the queue are taken. */
  #taken = 0;
  #bytes = 0;
  #isPaused = false;
  #received: Lsn;
  /** Nothing, until it is said: where it begins, others may need what came before. */
  #stored: Lsn = 0n;
  /** Up to where everything was asked for; beyond, nothing is under way. */
  #isWithin = false;
  #end: { error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  private constructor(streamed: Streamed, understand: Means['understand']) {
    this.#understand = understand;
    this.#streamed = streamed;
    this.#received = streamed.from;
  }

  /** On a connection that was opened for replication, which it has for itself from then on. @throws */
  static async begin(
    client: pg.Client,
    streamed: Streamed,
    { statusMilliseconds, understand }: Means,
  ): Promise<ChangeStream> {
    const stream = new ChangeStream(streamed, understand);
    client.query(stream as unknown as pg.Submittable);
    client.once('end', () => stream.#finish(new Error('The connection has ended.')));
    await stream.#began.promise;
    stream.#timer = setInterval(() => stream.#tellStatus(), statusMilliseconds);
    return stream;
  }

  /** Waits for what comes. @throws ConnectorError when the stream has ended */
  async next(): Promise<Told> {
    while (this.#taken === this.#queue.length) {
      if (this.#end) throw this.#end.error;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    const { told, bytes } = this.#queue[this.#taken] as Queued;
    this.#taken += 1;
    if (this.#taken === this.#queue.length || this.#taken === takenMax) {
      this.#queue.splice(0, this.#taken);
      this.#taken = 0;
    }
    this.#bytes -= bytes;
    if (this.#isPaused && this.#bytes < resumedBytes) {
      this.#isPaused = false;
      this.#connection?.stream.resume();
    }
    return told;
  }

  /** All that ended before is stored for good: the server need not keep it, and never tells it again. */
  confirm(stored: Lsn): void {
    if (stored > this.#stored) this.#stored = stored;
    if (stored > this.#received) this.#received = stored;
  }

  /** Says so at once. */
  tell(): void {
    this.#tellStatus();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#finish(new Error('The stream was stopped.'));
  }

  // What follows is called by the driver, of which this is a query.

  submit(connection: Connection): void {
    this.#connection = connection;
    const { slot, publication, from } = this.#streamed;
    const options = `proto_version '1', publication_names '"${publication}"'`;
    const text = `START_REPLICATION SLOT "${slot}" LOGICAL ${writeLsn(from)} (${options})`;
    (connection as unknown as NodeJS.EventEmitter).once('replicationStart', () =>
      this.#began.resolve(),
    );
    connection.query(text);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    try {
      if (chunk[0] === data) this.#hear(chunk);
      else if (chunk[0] === keepalive) this.#hearKeepalive(chunk);
    } catch (error) {
      this.#finish(error);
    }
  }

  handleError(error: unknown): void {
    this.#finish(this.#understand(error));
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#finish(new Error('The server has ended the stream.'));
  }

  #hear(chunk: Buffer): void {
    const at = chunk.readBigUInt64BE(1);
    if (at > this.#received) this.#received = at;
    const message = readMessage(chunk.subarray(dataHeadBytes));
    if (message.kind === 'begin') this.#isWithin = true;
    if (message.kind === 'commit') {
      this.#isWithin = false;
      this.#received = message.end;
    }
    this.#push({ kind: 'message', message }, chunk.length);
  }

  #hearKeepalive(chunk: Buffer): void {
    const at = chunk.readBigUInt64BE(1);
    if (at > this.#received) this.#received = at;
    if (!this.#isWithin && this.#queue.at(-1)?.told.kind !== 'idle') {
      this.#push({ kind: 'idle', at }, 0);
    }
    if (chunk[17] === 1) this.#tellStatus();
  }

  #push(told: Told, bytes: number): void {
    this.#queue.push({ told, bytes });
    this.#bytes += bytes;
    if (!this.#isPaused && this.#bytes > pausedBytes) {
      this.#isPaused = true;
      this.#connection?.stream.pause();
    }
    this.#wake?.();
  }

  #tellStatus(): void {
    if (this.#end) return;
    const status = Buffer.alloc(statusBytes);
    status.write('r');
    status.writeBigUInt64BE(this.#received, 1);
    status.writeBigUInt64BE(this.#stored, 9);
    status.writeBigUInt64BE(this.#stored, 17);
    status.writeBigInt64BE(BigInt(Date.now()) * 1000n - epochMicroseconds, 25);
    this.#connection?.sendCopyFromChunk(status);
  }

  #finish(error: unknown): void {
    clearInterval(this.#timer);
    this.#end ??= { error };
    this.#began.reject(error);
    this.#wake?.();
  }
}
