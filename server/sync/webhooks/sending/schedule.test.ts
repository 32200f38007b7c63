import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAttempt, readRetryAfter } from './schedule.ts';

const began = new Date('2026-03-01T00:00:00Z');
const hour = 3_600_000;

/** All attempts of a delivery that never succeeds, in milliseconds from the first. */
function attempts(random: () => number, asked?: number): number[] {
  const at = [0];
  for (let failures = 1; ; failures += 1) {
    const now = new Date(began.getTime() + (at.at(-1) as number));
    const next = nextAttempt({ failures, began, now, asked }, random);
    if (!next) return at;
    at.push(next.getTime() - began.getTime());
  }
}

test('what fails is tried again for three days, with growing pauses', () => {
  const pauses = attempts(() => 0).map((at, index, all) => at - (all[index - 1] ?? 0));

  assert.deepEqual(pauses.slice(1, 7), [5_000, 300_000, 1_800_000, 2 * hour, 5 * hour, 10 * hour]);
  assert.ok(pauses.slice(7).every((pause) => pause === 10 * hour));
  assert.equal(pauses.length, 12);
});

test('whatever the jitter, an attempt is never early, and none comes after three days', () => {
  for (let round = 0; round < 1_000; round += 1) {
    const all = attempts(Math.random);

    assert.ok((all.at(-1) as number) <= 72 * hour);
    assert.ok((all.at(-1) as number) > 60 * hour);
    for (const [index, at] of all.slice(1).entries()) {
      const delay = [5_000, 300_000, 1_800_000, 2 * hour, 5 * hour][index] ?? 10 * hour;
      const pause = at - (all[index] as number);
      assert.ok(pause >= delay && pause <= delay * 1.2 + 1);
    }
  }
});

test('a receiver that asks for patience is asked as long as it wants, up to three days', () => {
  const all = attempts(() => 0, 20_000);

  assert.equal(all[1], 20_000);
  assert.equal(all.at(-1), 72 * hour);
});

test('Retry-After is a number of seconds or a date, and has bounds', () => {
  const read = (text: string | undefined) => readRetryAfter(text, began);

  assert.equal(read('20'), 20_000);
  assert.equal(read(' 1 '), 1_000);
  assert.equal(read('Sun, 01 Mar 2026 00:01:00 GMT'), 60_000);
  assert.equal(read('999999999'), 24 * hour);
  const past = 'Sat, 28 Feb 2026 00:01:00 GMT';
  for (const text of [undefined, '', 'soon', '-', '1e3x', '0', '-1', past]) {
    assert.equal(read(text), undefined);
  }
});
