import { type ActionServices, type Performed, type Step, StepError } from './action.ts';
import { textOf } from './rendering.ts';

const secondsMax = 366 * 24 * 3600;
export const secondsRule = 'must be a number from 0 to a year.';
export const untilRule = 'must be a time with an offset, like 2026-05-04T08:00:00-05:00.';

/** Waits for so long, or until a time; a time that has passed is over at once. */
export async function delay(_: ActionServices, step: Step<'delay'>): Promise<Performed> {
  const state = step.state as { until: string } | undefined;
  const until = state ? new Date(state.until) : untilOf(step);
  const input = { until: until.toISOString() };
  if (step.isDry || until <= step.now) return { kind: 'done', input, output: input };
  return { kind: 'waits', input, until, state: input };
}

function untilOf({ action, scope, now }: Step<'delay'>): Date {
  if (action.until !== undefined) return timeOf(textOf(action.until, scope), now);
  const text = typeof action.seconds === 'string' ? textOf(action.seconds, scope) : action.seconds;
  if (!isDelay(text)) throw new StepError(`seconds ${secondsRule}`);
  return new Date(now.getTime() + Number(text) * 1000);
}

function timeOf(text: string, now: Date): Date {
  const time = new Date(text);
  if (!isMoment(text)) throw new StepError(`until ${untilRule}`);
  if (time.getTime() - now.getTime() > secondsMax * 1000) {
    throw new StepError('until must be within a year.');
  }
  return time;
}

/** Of the seconds of a delay. */
export function isDelay(given: string | number | undefined): boolean {
  const seconds = Number(given);
  return given !== '' && seconds >= 0 && seconds <= secondsMax;
}

/** A time whose offset is said. */
export function isMoment(text: string): boolean {
  return !Number.isNaN(Date.parse(text)) && /(Z|[+-]\d\d:?\d\d)$/i.test(text.trim());
}
