import { setTimeout as wait } from 'node:timers/promises';
import type { Wall } from '../../../runtime/database/database.ts';
import { type Connection, reserveTurns } from './store.ts';

/** Of quick connections, turns are reserved for so long at once: ten statements a second at most. */
const windowSeconds = 0.1;

type Reserved = { readonly firstAt: number; readonly count: number; next: number; used: number };

/** Lets requests of a connection begin so many times a second, whatever process they are of. */
export class Turns {
  readonly #wall: Wall;
  readonly #connection: Connection;
  readonly #perSecond: number;
  #reserved: Reserved | undefined;
  /** Follows what is used, so that who asks one thing after the other wastes few. */
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
    if (kept) {
      // What was not used in its time is over: used later, it would be one too many then.
      const over = Math.ceil((performance.now() - kept.firstAt) / spacing) - 1;
      const nth = Math.max(kept.next, over);
      if (nth < kept.count) {
        kept.next = nth + 1;
        kept.used += 1;
        return kept.firstAt + nth * spacing;
      }
      const countMax = Math.max(1, Math.floor(this.#perSecond * windowSeconds));
      this.#count = Math.min(countMax, kept.used * 2);
    }
    const count = this.#count;
    const asked = { turns: count, perSecond: this.#perSecond };
    const milliseconds = await this.#wall.transaction((tx) =>
      reserveTurns(tx, this.#connection, asked),
    );
    this.#reserved = { firstAt: performance.now() + milliseconds, count, next: 1, used: 1 };
    return this.#reserved.firstAt;
  }
}
