import { ConnectorError } from '../../connectors/failure.ts';
import type { ActionServices, Perform, Performed, Step } from '../actions/action.ts';
import { actions } from '../actions/list.ts';
import type { Placed } from '../definition.ts';

const secondsUsually = 60;

/** Does a step, in its time; answers what went wrong instead of throwing it. */
export async function attempt(
  services: ActionServices,
  { path, action }: Placed,
  given: Omit<Step, 'path' | 'action'>,
): Promise<Performed | Error> {
  const seconds = isWaiting(action.type) ? secondsUsually : (action.timeout_s ?? secondsUsually);
  const late = AbortSignal.timeout(Math.min(seconds * 1000, 2 ** 31 - 1));
  const signal = AbortSignal.any([given.signal, late]);
  const perform = actions[action.type] as Perform<typeof action.type>;
  try {
    return await inTime(perform(services, { ...given, path, action, signal }), signal);
  } catch (error) {
    if (late.aborted && !given.signal.aborted) {
      return new ConnectorError('retry', `It did not end within ${seconds} s.`, { cause: error });
    }
    return error instanceof Error ? error : new Error(String(error));
  }
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
