import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Circuit, isTriedSingly, reasonToDisable } from './circuit.ts';
import type { Answer } from './request.ts';

const day = 24 * 3_600_000;
const whole: Circuit = {
  is_slow: false,
  strikes: 0,
  paused_until: null,
  failing_since: null,
  failures: 0,
};
const answer = (status: number | null, asked?: number): Answer => ({
  isTaken: status === 200,
  status,
  durationMs: 10,
  error: null,
  response: '',
  asked,
});

/** How it stands after answers at some times, and whether one of them has disabled it. */
function course(answers: readonly (readonly [day: number, status: number])[]) {
  let circuit = whole;
  const reasons = answers.map(([at, status]) => {
    const now = new Date(at * day);
    circuit = after(circuit, answer(status), now, () => 0);
    return reasonToDisable(circuit, answer(status), now);
  });
  return { circuit, reasons, isDisabled: reasons.some((reason) => reason !== undefined) };
}

test('one failure, six days of silence and one failure disable nothing', () => {
  assert.ok(
    !course([
      [0, 500],
      [6, 500],
    ]).isDisabled,
  );
});

test('ten failures over five days without success disable, and not one earlier', () => {
  const failing = Array.from({ length: 10 }, (_, at) => [(at * 5) / 9, 500] as const);

  assert.match(course(failing).reasons.at(-1) ?? '', /none of 10 attempts/);
  assert.ok(!course(failing.slice(0, 9)).isDisabled);
  assert.ok(!course(failing.map(([at, status]) => [at * 0.99, status] as const)).isDisabled);
  assert.ok(!course([...failing.slice(0, 5), [2.6, 200], ...failing.slice(5)]).isDisabled);
});

test('what a receiver says of its pace never disables it', () => {
  const busy = Array.from({ length: 100 }, (_, at) => [at / 10, 429] as const);

  assert.ok(!course(busy).isDisabled);
  assert.equal(course(busy).circuit.failing_since, null);
  const failed = Array.from({ length: 10 }, (_, at) => [at / 10, 500] as const);
  assert.ok(!course([...failed, [6, 429]]).isDisabled);
});

test('410 disables at once', () => {
  assert.match(course([[0, 410]]).reasons[0] ?? '', /410/);
});

test('after three failures in a row one is tried at a time, with pauses that grow to five minutes', () => {
  const now = new Date(0);
  const failed = (times: number) =>
    Array.from({ length: times }).reduce<Circuit>(
      (circuit) => after(circuit, answer(500), now, () => 0),
      whole,
    );
  const pauses = [2, 3, 4, 5, 9, 40].map((times) => failed(times).paused_until?.getTime());

  assert.deepEqual(pauses, [undefined, 5_000, 10_000, 20_000, 300_000, 300_000]);
  assert.deepEqual(
    [2, 3].map((times) => isTriedSingly(failed(times))),
    [false, true],
  );
  assert.deepEqual(after(failed(9), answer(200), now), whole);
  assert.equal(after(whole, answer(503, 60_000), now, () => 0).paused_until?.getTime(), 60_000);
});
