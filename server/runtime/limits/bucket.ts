import type { Plan } from './plans.ts';

/**
 * The token bucket of one key. Tokens are counted in units: a millisecond adds `perMinute`, and a
 * request takes 60,000; whole numbers, so that nothing is lost to rounding however often it is
 * asked.
 */
export type Bucket = { units: number; at: number; day: number; used: number };

/** What a caller may do now, and what the headers of the answer say about it. */
export type Allowance = {
  allowed: boolean;
  /** Requests per minute. */
  limit: number;
  /** Requests that may follow at once, at most `limit`; 0 when refused. */
  remaining: number;
  /** When the bucket is full again, in seconds of Unix time. */
  resetSeconds: number;
  /** 0 when allowed, else at least 1. */
  retryAfterSeconds: number;
};

export const unitsPerToken = 60_000;
export const dayMilliseconds = 86_400_000;

export function fullBucket(plan: Plan, now: number): Bucket {
  return {
    units: plan.burst * unitsPerToken,
    at: now,
    day: Math.floor(now / dayMilliseconds),
    used: 0,
  };
}

/**
 * Refills a bucket up to now, and takes a token if there is one. A time in the future, of a clock
 * that was ahead, counts as now.
 */
export function takeFrom(bucket: Bucket, plan: Plan, now: number): boolean {
  const gained = Math.max(0, now - bucket.at) * plan.perMinute;
  bucket.units = Math.min(plan.burst * unitsPerToken, bucket.units + gained);
  bucket.at = now;
  const day = Math.floor(now / dayMilliseconds);
  if (day > bucket.day) bucket.used = 0;
  bucket.day = day;
  const allowed = bucket.units >= unitsPerToken && bucket.used < plan.perDay;
  if (allowed) {
    bucket.units -= unitsPerToken;
    bucket.used += 1;
  }
  return allowed;
}

/** When the bucket is full, and has nothing left to remember. */
export function fullAt({ units, at, day }: Bucket, { burst, perMinute, perDay }: Plan): number {
  const filled = at + (burst * unitsPerToken - units) / perMinute;
  return perDay === Infinity ? filled : Math.max(filled, (day + 1) * dayMilliseconds);
}

/** What the state of a bucket after `takeFrom` allows its caller. */
export function allowanceOf(bucket: Bucket, plan: Plan, allowed: boolean): Allowance {
  const { units, at, used } = bucket;
  const tokens = Math.floor(units / unitsPerToken);
  const missing = plan.burst * unitsPerToken - units;
  return {
    allowed,
    limit: plan.perMinute,
    remaining: Math.max(0, Math.min(plan.perMinute, tokens, plan.perDay - used)),
    resetSeconds: Math.ceil((at + missing / plan.perMinute) / 1000),
    retryAfterSeconds: allowed ? 0 : retryAfterSeconds(bucket, plan),
  };
}

function retryAfterSeconds({ units, at, day, used }: Bucket, plan: Plan): number {
  const untilToken = (unitsPerToken - units) / plan.perMinute;
  const untilDay = used < plan.perDay ? 0 : (day + 1) * dayMilliseconds - at;
  return Math.max(1, Math.ceil(Math.max(untilToken, untilDay) / 1000));
}
