import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../runtime/clock.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { type Advance, storeAdvances } from './store.ts';

const togetherMax = 200;

type Waiting = {
  advance: Advance;
  resolve(isHeld: boolean): void;
  reject(error: unknown): void;
};

/** Stores what becomes of steps: what comes while a commit is under way is committed together. */
export class Ledger {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #storing: Promise<void> | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Whether the run is still held: otherwise nothing is stored. */
  store(advance: Advance): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ advance, resolve, reject });
      this.#storing ??= this.#storeAll().finally(() => {
        this.#storing = undefined;
      });
    });
  }

  async #storeAll(): Promise<void> {
    await setImmediate();
    while (this.#waiting.length > 0) await this.#storeBatch(this.#waiting.splice(0, togetherMax));
  }

  async #storeBatch(batch: readonly Waiting[]): Promise<void> {
    const advances = batch.map(({ advance }) => advance);
    try {
      const held = new Set(
        await this.#database.system.transaction((tx) =>
          storeAdvances(tx, advances, this.#clock.now()),
        ),
      );
      for (const { advance, resolve } of batch) resolve(held.has(advance.runId));
    } catch (error) {
      const [{ reject } = { reject: undefined }, ...others] = batch;
      // What cannot be stored of one keeps no other from it.
      if (others.length > 0) for (const one of batch) await this.#storeBatch([one]);
      else reject?.(error);
    }
  }
}
