import { LRUCache } from 'lru-cache';
import { type Allowance, allowanceOf, type Bucket, fullBucket, takeFrom } from './bucket.ts';
import type { Plan } from './plans.ts';

// About 3 MB. The key that was not heard of for longest is forgotten first: its bucket is full.
const bucketsMax = 20_000;

/** Buckets in the memory of this process. */
export class MemoryBuckets {
  readonly #buckets: LRUCache<string, Bucket>;

  constructor(max = bucketsMax) {
    this.#buckets = new LRUCache({ max });
  }

  take(key: string, plan: Plan, now: number): Allowance {
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = fullBucket(plan, now);
      this.#buckets.set(key, bucket);
    }
    const allowed = takeFrom(bucket, plan, now);
    return allowanceOf(bucket, plan, allowed);
  }
}
