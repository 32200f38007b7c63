import type { ServerResponse } from 'node:http';
import { feedEvents } from '../../../contract/platform/feed.ts';
import type { Position } from '../../runtime/events/position.ts';
import type { Hearer, Listener } from './listeners.ts';
import { frameOf, type Message } from './message.ts';
import type { Source } from './source.ts';

/**
 * Bytes that may wait for a slow reader; beyond that it is cut off, and reconnects with its
 * position.
 */
const waitingBytesMax = 1024 * 1024;
/** Spread, so that not all clients reconnect at once after a restart. */
const retryMilliseconds = { least: 500, most: 2_000 };

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** A listener over server-sent events. */
export class Stream implements Listener {
  readonly source: Source;
  readonly organization: number;
  readonly userId: number;
  readonly sessionId: string;
  position: Position;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse, hearer: Hearer, position: Position) {
    this.#response = response;
    this.source = hearer.source;
    this.organization = hearer.organization;
    this.userId = hearer.userId;
    this.sessionId = hearer.sessionId;
    this.position = position;
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  begin(headers: NodeJS.Dict<number | string | string[]>): void {
    this.#response.writeHead(200, { ...headers, ...streamHeaders });
    const { least, most } = retryMilliseconds;
    const retry = Math.round(least + Math.random() * (most - least));
    this.#write(`retry: ${retry}\n${frameOf(feedEvents.hello, this.position, '{}')}`);
  }

  hear({ frame }: Message): void {
    this.#write(frame);
  }

  resync(): void {
    this.#write(frameOf(feedEvents.resync, this.position, '{}'));
  }

  beat(): void {
    this.#write(frameOf(feedEvents.beat, this.position, '[]'));
  }

  close(): void {
    this.#response.end();
  }

  async drained(): Promise<void> {
    const response = this.#response;
    if (!this.isOpen || !response.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        response.off('drain', done).off('close', done);
        resolve();
      };
      response.on('drain', done).on('close', done);
    });
  }

  #write(text: string | Buffer): void {
    if (!this.isOpen) return;
    if (this.#response.writableLength > waitingBytesMax) this.#response.destroy();
    else this.#response.write(text);
  }
}
