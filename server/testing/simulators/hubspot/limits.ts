export type Limits = {
  /** Requests in ten seconds. */
  readonly interval: number;
  readonly searchesPerSecond: number;
  readonly daily: number;
};

export type Throttled = {
  readonly policy: 'TEN_SECONDLY_ROLLING' | 'SECONDLY' | 'DAILY';
  readonly retryAfterSeconds: number | undefined;
};

const intervalMilliseconds = 10_000;

/** Counts requests in the time before each. */
export class Throttle {
  limits: Limits;
  #requests: number[] = [];
  #searches: number[] = [];
  #today = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get today(): number {
    return this.#today;
  }

  /** Why a request may not go on; nothing where it may. */
  take(isSearch: boolean): Throttled | undefined {
    const now = performance.now();
    this.#requests = this.#requests.filter((at) => at > now - intervalMilliseconds);
    this.#searches = this.#searches.filter((at) => at > now - 1_000);
    if (this.#today >= this.limits.daily) return { policy: 'DAILY', retryAfterSeconds: undefined };
    if (isSearch && this.#searches.length >= this.limits.searchesPerSecond) {
      return { policy: 'SECONDLY', retryAfterSeconds: undefined };
    }
    if (this.#requests.length >= this.limits.interval) {
      const first = this.#requests[0] as number;
      const seconds = Math.ceil((first + intervalMilliseconds - now) / 1_000);
      return { policy: 'TEN_SECONDLY_ROLLING', retryAfterSeconds: seconds };
    }
    this.#today += 1;
    this.#requests.push(now);
    if (isSearch) this.#searches.push(now);
    return undefined;
  }

  /** Searches are answered without. */
  headers(): Record<string, string> {
    const { interval, daily } = this.limits;
    return {
      'x-hubspot-ratelimit-daily': String(daily),
      'x-hubspot-ratelimit-daily-remaining': String(daily - this.#today),
      'x-hubspot-ratelimit-interval-milliseconds': String(intervalMilliseconds),
      'x-hubspot-ratelimit-max': String(interval),
      'x-hubspot-ratelimit-remaining': String(Math.max(0, interval - this.#requests.length)),
    };
  }
}
