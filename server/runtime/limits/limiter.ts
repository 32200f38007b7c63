import type { Log } from '../log.ts';
import type { Allowance } from './bucket.ts';
import { MemoryBuckets } from './memory.ts';
import { type LimitName, plans } from './plans.ts';
import type { RedisBuckets } from './redis.ts';

export type { Allowance } from './bucket.ts';

export type Limiter = {
  /**
   * Counts a request of `key`. Undefined when its plan has no limit; a value rather than a promise
   * when the buckets are in memory. Never fails.
   */
  take(key: string, plan: LimitName, now: Date): Allowance | Promise<Allowance> | undefined;
  close(): void;
};

/**
 * Limits requests in Redis if it is configured; in memory without it, or while it cannot be
 * reached.
 */
export function createLimiter(redisUrl: string | undefined, log: Log): Limiter {
  const memory = new Map<LimitName, MemoryBuckets>();
  let redis: RedisBuckets | undefined;
  let isClosed = false;
  // Loaded only where it is configured: the client takes a tenth of the start-up time.
  if (redisUrl !== undefined) {
    void import('./redis.ts').then((loaded) => {
      if (!isClosed) redis = new loaded.RedisBuckets(redisUrl, log);
    });
  }
  return {
    take(key, name, now) {
      const plan = plans[name];
      if (plan.perMinute === Infinity) return undefined;
      const time = now.getTime();
      const inMemory = () => memory.getOrInsertComputed(name, newBuckets).take(key, plan, time);
      const asked = redis?.take(key, plan, time, Date.now());
      return asked ? asked.then((answer) => answer ?? inMemory()) : inMemory();
    },
    close() {
      isClosed = true;
      redis?.close();
    },
  };
}

/** Each kind of limit has buckets of its own: many keys of one kind evict none of another. */
function newBuckets(): MemoryBuckets {
  return new MemoryBuckets();
}

/** The headers of every answer to a caller who is limited. */
export function allowanceHeaders(allowance: Allowance): Record<string, string> {
  const { allowed, limit, remaining, resetSeconds, retryAfterSeconds } = allowance;
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetSeconds),
    ...(allowed ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
}
