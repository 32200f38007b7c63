import { setTimeout } from 'node:timers/promises';
import { isRetryable } from './failures.ts';

/** Something that was read without a lock was changed before it was locked. */
export class Overtaken extends Error {
  constructor() {
    super('what was read has changed meanwhile');
  }
}

const attemptsMax = 6;
/** Callers are answered before they give up; on a slow machine a few attempts take longer. */
const beginMillisecondsMax = 3_000;
const attemptsMin = 3;

/**
 * Runs a transaction, again if need be, until nothing that others do at the same time stands in its
 * way.
 */
export async function untilUndisturbed<T>(
  attempt: () => Promise<T>,
  isPassing: (error: unknown) => boolean = () => false,
): Promise<T> {
  const end = performance.now() + beginMillisecondsMax;
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      const passes = isRetryable(error) || error instanceof Overtaken || isPassing(error);
      const isLate = performance.now() > end && count >= attemptsMin;
      if (!passes || count === attemptsMax || isLate) throw error;
      await setTimeout(Math.random() * 10 * 2 ** count);
    }
  }
}
