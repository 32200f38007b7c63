import { type ActionServices, type Performed, type Step, StepError } from './action.ts';
import { textOf } from './rendering.ts';

const secondsMax = 366 * 24 * 3600;

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
  const seconds = Number(text);
  if (text === '' || !(seconds >= 0 && seconds <= secondsMax)) {
    throw new StepError('seconds must be a number from 0 to a year.');
  }
  return new Date(now.getTime() + seconds * 1000);
}

function timeOf(text: string, now: Date): Date {
  const time = new Date(text);
  const isZoned = /(Z|[+-]\d\d:?\d\d)$/i.test(text.trim());
  if (Number.isNaN(time.getTime()) || !isZoned) {
    throw new StepError('until must be a time with an offset, like 2026-05-04T08:00:00-05:00.');
  }
  if (time.getTime() - now.getTime() > secondsMax * 1000) {
    throw new StepError('until must be within a year.');
  }
  return time;
}
