import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

const keysMax = 20_000;
const windowMilliseconds = 60_000;

/**
 * Limits the failures of a key (such as sign-ins from an address) within any minute. Where checking
 * takes long, count the attempt before it and take it back if it succeeds: otherwise many
 * simultaneous attempts pass before the first has failed.
 */
export class FailureLimit {
  readonly #perMinuteMax: number;
  readonly #clock: Clock;
  readonly #times: LRUCache<string, number[]>;

  constructor(perMinuteMax: number, clock: Clock, max = keysMax) {
    this.#perMinuteMax = perMinuteMax;
    this.#clock = clock;
    this.#times = new LRUCache({ max });
  }

  /** How many seconds the key has to wait, at least 1; 0 when it may try. */
  retryAfterSeconds(key: string): number {
    const now = this.#clock.now().getTime();
    const times = this.#recent(key, now);
    const [oldest] = times;
    if (oldest === undefined || times.length < this.#perMinuteMax) return 0;
    return Math.max(1, Math.ceil((oldest + windowMilliseconds - now) / 1000));
  }

  note(key: string): void {
    const now = this.#clock.now().getTime();
    this.#times.set(key, [...this.#recent(key, now), now].slice(-this.#perMinuteMax));
  }

  /** Takes back the latest failure of the key. */
  takeBack(key: string): void {
    this.#times.get(key)?.pop();
  }

  /** A time in the future, of a clock that was ahead, counts as now. */
  #recent(key: string, now: number): number[] {
    const times = this.#times.get(key);
    if (!times) return [];
    const recent = times.flatMap((at) =>
      now - at < windowMilliseconds ? [Math.min(at, now)] : [],
    );
    this.#times.set(key, recent);
    return recent;
  }
}
