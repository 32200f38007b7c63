import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FailureLimit } from './failures.ts';

function limitAt(perMinuteMax: number, max?: number) {
  const clock = { time: Date.UTC(2026, 2, 28), now: () => new Date(clock.time) };
  return { clock, limit: new FailureLimit(perMinuteMax, clock, max) };
}

test('a key that failed too often waits until the oldest failure is a minute old', () => {
  const { clock, limit } = limitAt(3);
  limit.note('address');
  clock.time += 10_000;
  limit.note('address');
  const before = limit.retryAfterSeconds('address');

  limit.note('address');

  assert.equal(before, 0);
  assert.equal(limit.retryAfterSeconds('address'), 50);
  assert.equal(limit.retryAfterSeconds('another'), 0);
  clock.time += 49_999;
  assert.equal(limit.retryAfterSeconds('address'), 1);
  clock.time += 1;
  assert.equal(limit.retryAfterSeconds('address'), 0);
});

test('an attempt that was noted beforehand is taken back when it succeeds', () => {
  const { limit } = limitAt(1);
  limit.note('address');
  const during = limit.retryAfterSeconds('address');

  limit.takeBack('address');

  assert.equal(during, 60);
  assert.equal(limit.retryAfterSeconds('address'), 0);
});

test('a clock that was ahead makes nobody wait for longer than a minute', () => {
  const { clock, limit } = limitAt(2);
  clock.time += 86_400_000;
  limit.note('address');
  limit.note('address');
  clock.time -= 86_400_000;
  const corrected = limit.retryAfterSeconds('address');

  clock.time += 60_000;

  assert.equal(corrected, 60);
  assert.equal(limit.retryAfterSeconds('address'), 0);
});

test('no minute sees more failures than allowed of one who heeds the answer', () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), pauses, (perMinuteMax, all) => {
      const { clock, limit } = limitAt(perMinuteMax);
      const times: number[] = [];

      for (const pause of all) {
        clock.time += pause;
        if (limit.retryAfterSeconds('key') > 0) continue;
        limit.note('key');
        times.push(clock.time);
      }

      times.forEach((at, index) => {
        const before = times[index - perMinuteMax];
        assert.ok(before === undefined || at - before >= 60_000);
      });
    }),
  );
});

test('the number of keys is bounded', () => {
  const { limit } = limitAt(1, 2);

  for (const key of ['one', 'two', 'three']) limit.note(key);

  assert.equal(limit.retryAfterSeconds('one'), 0);
  assert.equal(limit.retryAfterSeconds('three'), 60);
});
