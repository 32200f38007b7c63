import { LRUCache } from 'lru-cache';

const keysMax = 20_000;
const windowMilliseconds = 60_000;

/**
 * Bounds the failures of a key (sign-ins from an address) in any minute. An attempt counts as failed
 * from its beginning, so that many at once don't pass while the first is still being checked.
 */
export class Failures {
  readonly #perMinuteMax: number;
  readonly #times = new LRUCache<string, number[]>({ max: keysMax });

  constructor(perMinuteMax: number) {
    this.#perMinuteMax = perMinuteMax;
  }

  /** 0 when the attempt may be made, and is counted; else how many seconds to wait, at least 1. */
  begin(key: string, now: Date): number {
    const time = now.getTime();
    const times = (this.#times.get(key) ?? []).filter((at) => time - at < windowMilliseconds);
    const wait = times.length < this.#perMinuteMax ? 0 : waitSeconds(times, time);
    if (wait === 0) times.push(time);
    this.#times.set(key, times);
    return wait;
  }

  /** The attempt that began at `now` was none of those to count. */
  succeed(key: string, now: Date): void {
    const times = this.#times.get(key) ?? [];
    const index = times.indexOf(now.getTime());
    if (index >= 0) times.splice(index, 1);
  }
}

function waitSeconds(times: readonly number[], now: number): number {
  return Math.max(1, Math.ceil((Math.min(...times) + windowMilliseconds - now) / 1000));
}
