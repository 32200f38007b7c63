import { setTimeout as wait } from 'node:timers/promises';
import type { Wall } from '../../../runtime/database/database.ts';
import { type Connection, reserveTurns } from './store.ts';

/** Of quick connections, turns are reserved for so long at once: ten statements a second at most. */
const windowSeconds = 0.1;

type Reserved = { readonly firstAt: number; readonly count: number; taken: number };

/** Lets requests of a connection begin so many times a second, whatever process they are of. */
export class Turns {
  readonly #wall: Wall;
  readonly #connection: Connection;
  readonly #perSecond: number;
  #reserved: Reserved | undefined;
  /** Grows with what is used, so that a single request wastes none. */
  #count = 1;
  #line: Promise<unknown> = Promise.resolve();

  constructor(wall: Wall, connection: Connection, perSecond: number) {
    this.#wall = wall;
    this.#connection = connection;
    this.#perSecond = perSecond;
  }

  /** Waits until the next request may begin. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const mine = this.#line.then(() => this.#next());
    this.#line = mine.catch(() => undefined);
    const milliseconds = (await mine) - performance.now();
    if (milliseconds > 0) await wait(milliseconds, undefined, { signal });
  }

  async #next(): Promise<number> {
    const kept = this.#reserved;
    const spacing = 1000 / this.#perSecond;
    if (kept && kept.taken < kept.count) {
      const at = kept.firstAt + kept.taken * spacing;
      // What was not used in its time is over: used later, it would be one too many then.
      if (performance.now() - at <= spacing) {
        kept.taken += 1;
        return at;
      }
    }
    const countMax = Math.max(1, Math.floor(this.#perSecond * windowSeconds));
    if (kept && kept.taken === kept.count) this.#count = Math.min(countMax, this.#count * 2);
    const count = this.#count;
    const asked = { turns: count, perSecond: this.#perSecond };
    const milliseconds = await this.#wall.transaction((tx) =>
      reserveTurns(tx, this.#connection, asked),
    );
    this.#reserved = { firstAt: performance.now() + milliseconds, count, taken: 1 };
    return this.#reserved.firstAt;
  }
}
