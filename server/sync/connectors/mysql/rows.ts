import type { Socket } from 'node:net';
import type { Connection } from 'mysql2';
import { ConnectorError } from '../failure.ts';
import { understand } from './failure.ts';

type Row = (Buffer | null)[];

const waitingBytesMax = 1 << 20;
/** What a row costs beside its bytes. */
const rowBytes = 64;

/** The rows of one statement: reading waits while too many bytes are not taken. */
export class Rows {
  readonly #client: Connection;
  #waiting: Row[] = [];
  #bytes = 0;
  #isEnd = false;
  #failure: unknown;
  #wake: (() => void) | undefined;

  constructor(client: Connection, text: string) {
    this.#client = client;
    // The driver tells the end of the connection to no query that is without a callback.
    client.once('error', this.#break);
    socketOf(client).once('close', this.#break);
    const query = client.query({ sql: text, rowsAsArray: true, typeCast: false });
    query.on('result', (row) => this.#take(row as unknown as Row));
    query.on('error', (error) => this.end(understand(error)));
    query.on('end', () => this.end());
  }

  async *chunks(): AsyncGenerator<readonly Row[]> {
    for (;;) {
      if (this.#waiting.length > 0) {
        const chunk = this.#waiting;
        this.#waiting = [];
        this.#bytes = 0;
        yield chunk;
      } else if (this.#isEnd) {
        if (this.#failure) throw this.#failure;
        return;
      } else {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#client.resume();
        await woken;
      }
    }
  }

  end(failure?: unknown): void {
    if (this.#isEnd) return;
    this.#isEnd = true;
    this.#failure ??= failure;
    this.#client.off('error', this.#break);
    socketOf(this.#client).off('close', this.#break);
    this.#wake?.();
  }

  readonly #break = (error?: unknown): void => {
    const lost = new ConnectorError(
      'retry',
      'MySQL cannot be used just now: the connection ended.',
    );
    this.end(error instanceof Error ? understand(error) : lost);
  };

  #take(row: Row): void {
    this.#waiting.push(row);
    this.#bytes += rowBytes;
    for (const cell of row) this.#bytes += cell?.length ?? 0;
    if (this.#bytes > waitingBytesMax) this.#client.pause();
    this.#wake?.();
  }
}

export function socketOf(client: Connection): Socket {
  return (client as unknown as { stream: Socket }).stream;
}
