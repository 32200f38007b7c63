import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Wall } from '../../../runtime/database/database.ts';
import { Busy } from '../../connectors/failure.ts';
import { type Connection, freePlace, renewPlace, takePlace } from './store.ts';

const leaseSeconds = 60;
const renewMilliseconds = 15_000;
/** Less than a look at a connection, or a request for its data, may take. */
const waitSecondsDefault = 10;
const lookMilliseconds = 200;

/** Lets a connection have so many connections at once, whatever process they are of. */
export class Leases {
  readonly #wall: Wall;
  readonly #connection: Connection;
  readonly #max: number;
  readonly #waitSeconds: number;

  constructor(wall: Wall, connection: Connection, max: number, waitSeconds = waitSecondsDefault) {
    this.#wall = wall;
    this.#connection = connection;
    this.#max = max;
    this.#waitSeconds = waitSeconds;
  }

  /**
   * Waits for a place and answers what gives it back. It is renewed until then, and free a minute
   * after its process has died. @throws Busy
   */
  async take(signal: AbortSignal): Promise<() => Promise<void>> {
    const holder = randomUUID();
    const asked = { max: this.#max, holder, seconds: leaseSeconds };
    const end = performance.now() + this.#waitSeconds * 1000;
    for (;;) {
      signal.throwIfAborted();
      const { place, isFull } = await this.#wall.transaction((tx) =>
        takePlace(tx, this.#connection, asked),
      );
      if (place !== null) return this.#hold(holder);
      if (!isFull) continue;
      if (performance.now() >= end) throw new Busy(this.#max);
      // Not all at the same moment.
      await wait(lookMilliseconds * (0.5 + Math.random()), undefined, { signal });
    }
  }

  #hold(holder: string): () => Promise<void> {
    const renewal = setInterval(() => {
      const renewed = { holder, seconds: leaseSeconds };
      // One that does not come through is followed by others before the minute is over.
      this.#wall
        .transaction((tx) => renewPlace(tx, this.#connection, renewed))
        .catch(() => undefined);
    }, renewMilliseconds);
    renewal.unref();
    return async () => {
      clearInterval(renewal);
      // One that cannot be given back just now is free when nobody renews it.
      await this.#wall
        .transaction((tx) => freePlace(tx, this.#connection, holder))
        .catch(() => undefined);
    };
  }
}
