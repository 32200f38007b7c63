import { ConnectorError } from '../../connectors/failure.ts';
import type { ActionServices, Perform, Performed, Shown, Step } from '../actions/action.ts';
import { actions } from '../actions/list.ts';
import type { Placed } from '../definition.ts';

const secondsUsually = 60;

/** What went wrong, and with what. */
export type Failed = { readonly kind: 'failed'; readonly error: Error; readonly shown: Shown };

/** Does a step, in its time; answers what went wrong instead of throwing it. */
export async function attempt(
  services: ActionServices,
  { path, action }: Placed,
  given: Omit<Step, 'path' | 'action' | 'show'>,
): Promise<Performed | Failed> {
  const seconds = isWaiting(action.type) ? secondsUsually : (action.timeout_s ?? secondsUsually);
  const late = AbortSignal.timeout(Math.min(seconds * 1000, 2 ** 31 - 1));
  const signal = AbortSignal.any([given.signal, late]);
  const perform = actions[action.type] as Perform<typeof action.type>;
  let shown: Shown = {};
  const show = (one: Shown) => {
    shown = one;
  };
  try {
    return await inTime(perform(services, { ...given, path, action, signal, show }), signal);
  } catch (error) {
    const isLate = late.aborted && !given.signal.aborted;
    return { kind: 'failed', error: isLate ? lateness(seconds, error) : asError(error), shown };
  }
}

function lateness(seconds: number, cause: unknown): Error {
  return new ConnectorError('retry', `It did not end within ${seconds} s.`, { cause });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** For these the time is that of the wait. */
function isWaiting(type: string): boolean {
  return type === 'approval' || type === 'delay' || type === 'run_sync';
}

/** Whoever does not listen to the signal is not waited for. */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
