import type { Answer } from './request.ts';

/** How it goes with an endpoint, as it is kept. */
export type Circuit = {
  is_slow: boolean;
  strikes: number;
  paused_until: Date | null;
  failing_since: Date | null;
  failures: number;
};

const strikesMax = 3;
const pauseFirst = 5_000;
const pauseMax = 300_000;
const jitter = 0.2;
/** Whoever takes longer keeps waiting only those who do, too. */
const slowMilliseconds = 2_000;
const failingMilliseconds = 5 * 24 * 3_600_000;
const failuresMin = 10;

/** Whether one is tried and the others wait for what comes of it. */
export function isTriedSingly({ strikes }: Circuit): boolean {
  return strikes >= strikesMax;
}

/** How it stands after an answer. What a receiver says of its own pace is no failure of it. */
export function after(circuit: Circuit, answer: Answer, now: Date, random = Math.random): Circuit {
  const { status, durationMs, asked } = answer;
  if (answer.isTaken) {
    const is_slow = durationMs > slowMilliseconds;
    return { is_slow, strikes: 0, paused_until: null, failing_since: null, failures: 0 };
  }
  const strikes = circuit.strikes + 1;
  const pause = asked ?? (strikes < strikesMax ? 0 : pauseAfter(strikes));
  const until = now.getTime() + pause * (1 + random() * jitter);
  const paused_until = pause === 0 ? circuit.paused_until : new Date(until);
  const standing = { is_slow: true, strikes, paused_until };
  if (status === 429) return { ...circuit, ...standing };
  const failing_since = circuit.failing_since ?? now;
  return { ...standing, failing_since, failures: circuit.failures + 1 };
}

/** Why nothing is sent to it any more, where that is so. */
export function reasonToDisable(circuit: Circuit, answer: Answer, now: Date): string | undefined {
  if (answer.status === 410) return 'It answered 410: it is gone.';
  // What asks for time says nothing about whether it is there.
  if (answer.status === 429) return undefined;
  const { failing_since, failures } = circuit;
  if (failing_since === null || failures < failuresMin) return undefined;
  if (now.getTime() - failing_since.getTime() < failingMilliseconds) return undefined;
  return `Since ${failing_since.toISOString()} none of ${failures} attempts has succeeded.`;
}

function pauseAfter(strikes: number): number {
  return Math.min(pauseMax, pauseFirst * 2 ** Math.min(20, strikes - strikesMax));
}
