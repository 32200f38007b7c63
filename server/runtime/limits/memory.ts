import {
  type Allowance,
  allowanceOf,
  type Bucket,
  fullAt,
  fullBucket,
  takeFrom,
} from './bucket.ts';
import type { Plan } from './plans.ts';

// About 3 MB.
const bucketsMax = 20_000;

type Kept = { bucket: Bucket; fullAt: number };

/** Buckets of one kind in the memory of this process. */
export class MemoryBuckets {
  readonly #kept = new Map<string, Kept>();
  readonly #max: number;

  constructor(max = bucketsMax) {
    this.#max = max;
  }

  get size(): number {
    return this.#kept.size;
  }

  take(key: string, plan: Plan, now: number): Allowance {
    const kept = this.#kept.get(key) ?? this.#add(key, plan, now);
    const allowed = takeFrom(kept.bucket, plan, now);
    kept.fullAt = fullAt(kept.bucket, plan);
    return allowanceOf(kept.bucket, plan, allowed);
  }

  #add(key: string, plan: Plan, now: number): Kept {
    if (this.#kept.size >= this.#max) this.#makeRoom();
    const kept = { bucket: fullBucket(plan, now), fullAt: now };
    this.#kept.set(key, kept);
    return kept;
  }

  /**
   * A full bucket holds no information, so the one that is full first is evicted first: nobody can
   * have a used-up bucket evicted by asking under many other keys. A tenth at a time, since it
   * sorts.
   */
  #makeRoom(): void {
    const keys = [...this.#kept].sort(([, one], [, other]) => one.fullAt - other.fullAt);
    for (const [key] of keys.slice(0, Math.ceil(this.#max / 10))) this.#kept.delete(key);
  }
}
