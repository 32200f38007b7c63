import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Allowance, dayMilliseconds } from './bucket.ts';
import { MemoryBuckets } from './memory.ts';
import { type Plan, plans } from './plans.ts';

const noon = Date.UTC(2026, 2, 28, 12);

const anyPlan: fc.Arbitrary<Plan> = fc.record({
  perMinute: fc.integer({ min: 1, max: 1_000 }),
  burst: fc.integer({ min: 1, max: 50 }),
  perDay: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(Infinity)),
});

/** Milliseconds between one request and the next: mostly bursts, now and then a pause. */
const anyPauses = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: dayMilliseconds }) },
  ),
  { maxLength: 300 },
);

type Request = { at: number; answer: Allowance };

function send(plan: Plan, pauses: readonly number[]): Request[] {
  const buckets = new MemoryBuckets();
  let at = noon;
  return pauses.map((pause) => {
    at += pause;
    return { at, answer: buckets.take('key', plan, at) };
  });
}

test('no window ever sees more than the burst and what its time refills', () => {
  fc.assert(
    fc.property(anyPlan, anyPauses, (plan, pauses) => {
      const times = send(plan, pauses).flatMap(({ at, answer }) => (answer.allowed ? [at] : []));

      for (let from = 0; from < times.length; from += 1) {
        for (let to = from; to < times.length; to += 1) {
          const minutes = ((times[to] as number) - (times[from] as number)) / 60_000;
          assert.ok(to - from + 1 <= plan.burst + minutes * plan.perMinute + 1e-9);
        }
      }
    }),
  );
});

test('no UTC day sees more than the count of the day', () => {
  fc.assert(
    fc.property(anyPlan, anyPauses, (plan, pauses) => {
      const allowed = send(plan, pauses).filter(({ answer }) => answer.allowed);

      const days = Map.groupBy(allowed, ({ at }) => Math.floor(at / dayMilliseconds));
      for (const [, requests] of days) assert.ok(requests.length <= plan.perDay);
    }),
  );
});

test('what an answer says is true', () => {
  fc.assert(
    fc.property(anyPlan, anyPauses, (plan, pauses) => {
      for (const { at, answer } of send(plan, pauses)) {
        assert.equal(answer.limit, plan.perMinute);
        assert.ok(Number.isInteger(answer.remaining));
        assert.ok(
          answer.remaining >= 0 && answer.remaining <= Math.min(plan.perMinute, plan.burst),
        );
        assert.ok(Number.isInteger(answer.resetSeconds) && answer.resetSeconds * 1000 >= at);
        assert.ok(Number.isInteger(answer.retryAfterSeconds));
        assert.equal(answer.retryAfterSeconds === 0, answer.allowed);
        if (!answer.allowed) assert.equal(answer.remaining, 0);
      }
    }),
  );
});

test('whoever waits as long as Retry-After says is let in, and a second earlier is not', () => {
  fc.assert(
    fc.property(anyPlan, anyPauses, (plan, pauses) => {
      const buckets = new MemoryBuckets();
      let at = noon;
      for (const pause of pauses) {
        at += pause;
        const { retryAfterSeconds: seconds } = buckets.take('key', plan, at);
        if (seconds === 0) continue;

        const early = at + (seconds - 1) * 1000;
        if (seconds > 1) assert.equal(buckets.take('key', plan, early).allowed, false);
        at += seconds * 1000;
        assert.equal(buckets.take('key', plan, at).allowed, true);
      }
    }),
  );
});

test('as many as remain may follow at once', () => {
  fc.assert(
    fc.property(anyPlan, anyPauses, (plan, pauses) => {
      const buckets = new MemoryBuckets();
      let at = noon;
      let remaining = 0;
      for (const pause of pauses) {
        at += pause;
        remaining = buckets.take('key', plan, at).remaining;
      }

      for (; remaining > 0; remaining -= 1) {
        assert.equal(buckets.take('key', plan, at).allowed, true);
      }
    }),
  );
});

test('the bucket is full at its reset and not a second before', () => {
  const buckets = new MemoryBuckets();
  const plan = { perMinute: 60, perDay: Infinity, burst: 10 };

  for (let count = 0; count < 4; count += 1) buckets.take('key', plan, noon);
  const { resetSeconds } = buckets.take('key', plan, noon);

  assert.equal(resetSeconds, noon / 1000 + 5);
});

test('a developer may send a burst of 100, then one a second', () => {
  const buckets = new MemoryBuckets();
  const take = (at: number) => buckets.take('key', plans.developer, at);

  const burst = Array.from({ length: 100 }, () => take(noon));
  const refused = take(noon);
  const later = take(noon + 1_000);

  assert.ok(burst.every(({ allowed }) => allowed));
  assert.equal(burst[0]?.remaining, 60);
  assert.equal(burst[99]?.remaining, 0);
  assert.deepEqual(refused, {
    allowed: false,
    limit: 60,
    remaining: 0,
    resetSeconds: noon / 1000 + 100,
    retryAfterSeconds: 1,
  });
  assert.equal(later.allowed, true);
});

test('the count of the day begins anew at midnight UTC', () => {
  const buckets = new MemoryBuckets();
  const plan = { perMinute: 1_000, perDay: 3, burst: 1_000 };
  const evening = Date.UTC(2026, 2, 28, 23, 59, 50);
  const take = (at: number) => buckets.take('key', plan, at);

  const allowed = [take(evening), take(evening), take(evening)].map((one) => one.allowed);
  const refused = take(evening + 500);
  const lastMoment = take(Date.UTC(2026, 2, 28, 23, 59, 59, 999));
  const midnight = take(Date.UTC(2026, 2, 29));

  assert.deepEqual(allowed, [true, true, true]);
  assert.equal(refused.allowed, false);
  assert.equal(refused.retryAfterSeconds, 10);
  assert.equal(lastMoment.retryAfterSeconds, 1);
  assert.equal(midnight.allowed, true);
  assert.equal(midnight.remaining, 2);
});

test('a clock that was ahead locks nobody out: what lies in the future counts as now', () => {
  const buckets = new MemoryBuckets();
  const plan = { perMinute: 60, perDay: 5, burst: 2 };
  const take = (at: number) => buckets.take('key', plan, at);
  const ahead = noon + 30 * dayMilliseconds;

  const before = [take(ahead), take(ahead), take(ahead)].map(({ allowed }) => allowed);
  const corrected = take(noon);
  const later = [take(noon + 1_000), take(noon + 2_000), take(noon + 3_000), take(noon + 4_000)];

  assert.deepEqual(before, [true, true, false]);
  assert.equal(corrected.allowed, false);
  assert.equal(corrected.retryAfterSeconds, 1);
  assert.equal(corrected.resetSeconds, noon / 1000 + 2);
  // What was taken in the future was taken today.
  assert.deepEqual(
    later.map(({ allowed }) => allowed),
    [true, true, true, false],
  );
  assert.equal(take(Math.ceil(noon / dayMilliseconds) * dayMilliseconds).allowed, true);
});

test('keys do not share a bucket, and the number of buckets is bounded', () => {
  const buckets = new MemoryBuckets(20);
  const plan = { perMinute: 1, perDay: Infinity, burst: 1 };

  for (let key = 0; key < 1_000; key += 1) buckets.take(`key ${key}`, plan, noon);

  assert.ok(buckets.size <= 20);
  assert.equal(buckets.take('key 999', plan, noon).allowed, false);
});

test('what is forgotten for want of room is what would have been full first', () => {
  const buckets = new MemoryBuckets(20);
  const plan = { perMinute: 10, perDay: Infinity, burst: 50 };
  const daily = { perMinute: 1_000, perDay: 3, burst: 1_000 };
  for (let count = 0; count < 50; count += 1) buckets.take('guessed', plan, noon);
  for (let count = 0; count < 3; count += 1) buckets.take('used up', daily, noon);

  // A thousand others, each heard of later than these.
  for (let key = 0; key < 1_000; key += 1) buckets.take(`key ${key}`, plan, noon + 10);

  assert.equal(buckets.take('guessed', plan, noon + 10).allowed, false);
  assert.equal(buckets.take('used up', daily, noon + 10).allowed, false);
});
