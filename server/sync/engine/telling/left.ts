import type { Wall } from '../../../runtime/database/database.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { readRecordsTold } from '../../syncs/told/sealing.ts';
import { type RecordEventType, type State, selectTold } from '../../syncs/told/store.ts';

/** Of what is told together. */
const leftMax = 2_000;

/** What was to be told of a record. */
export type LeftOver = { readonly type: RecordEventType; readonly previous: string | undefined };

/**
 * What an attempt that was broken off was about to tell: of a destination without a position it is not
 * known whether it has it. What is asked of it now would hide what has become of a record.
 */
export class Left {
  readonly #wall: Wall;
  readonly #keyring: Keyring;
  readonly #known = new Map<string, LeftOver>();
  #isNone = false;
  /** All up to here is of that attempt. */
  upTo = 0;

  constructor(wall: Wall, keyring: Keyring) {
    this.#wall = wall;
    this.#keyring = keyring;
  }

  async isThere(state: State): Promise<boolean> {
    if (this.#isNone) return false;
    this.#isNone = (await selectTold(this.#wall.reading, state, 1)).length === 0;
    return !this.#isNone;
  }

  async read(state: State): Promise<void> {
    const rows = await selectTold(this.#wall.reading, state, leftMax);
    this.upTo = rows[0]?.id ?? 0;
    this.#isNone = true;
    for (const { type, sealed } of rows.reverse()) {
      for (const { key, previous } of readRecordsTold(this.#keyring, sealed)) {
        if (!key) continue;
        const before = previous && JSON.stringify(previous);
        this.#known.set(JSON.stringify(key), { type, previous: before });
      }
    }
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** What it was of a record, by its key: once. */
  take(key: string): LeftOver | undefined {
    const left = this.#known.get(key);
    this.#known.delete(key);
    return left;
  }
}
