import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Wall } from '../../../runtime/database/database.ts';
import type { RequestLimit } from '../../connectors/outside-contract.ts';
import { type Connection, takePlace } from './store.ts';

/** Far from the places of connections, which are counted from 1. */
const firstPlace = 2 ** 30;
/** A little more than a second: a request may take longer to arrive than the one after it. */
const heldSeconds = 1.1;

/**
 * Lets no more than so many requests of one kind begin within any second, whatever process they are
 * of: each takes a place, which is free again after a second, by the clock of the database.
 */
export class Windows {
  readonly #wall: Wall;
  readonly #connection: Connection;
  #line: Promise<unknown> = Promise.resolve();

  constructor(wall: Wall, connection: Connection) {
    this.#wall = wall;
    this.#connection = connection;
  }

  /** Waits until the next request may begin. */
  async take({ perSecond }: RequestLimit, signal: AbortSignal): Promise<void> {
    const mine = this.#line.then(() => this.#next(perSecond, signal));
    this.#line = mine.catch(() => undefined);
    await mine;
  }

  async #next(perSecond: number, signal: AbortSignal): Promise<void> {
    const asked = { first: firstPlace, max: perSecond, seconds: heldSeconds };
    for (;;) {
      signal.throwIfAborted();
      const { place, isFull } = await this.#wall.transaction((tx) =>
        takePlace(tx, this.#connection, { ...asked, holder: randomUUID() }),
      );
      if (place !== null) return;
      // Not all at the same moment.
      if (isFull) await wait((500 / perSecond) * (0.5 + Math.random()), undefined, { signal });
    }
  }
}
