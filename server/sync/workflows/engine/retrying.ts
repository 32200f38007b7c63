import { AppError } from '../../../runtime/errors.ts';
import { type Log, loggable } from '../../../runtime/log.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { StepError } from '../actions/action.ts';
import type { Placed } from '../definition.ts';

/** Up to two minutes of waiting, and what the attempts take. */
const attemptsUsually = 8;
const secondsMin = 1;
const secondsMax = 300;

export type AfterFailure = {
  /** For whoever looks at the run. */
  readonly message: string;
  /** When it is tried again; undefined: it is not. */
  readonly againAt: Date | undefined;
};

/**
 * What fails of the moment is tried again, with twice the pause each time; whatever else fails only
 * where the action says so.
 */
export function afterFailure(
  log: Log,
  error: Error,
  { path, action }: Placed,
  { attempts, now }: { attempts: number; now: Date },
): AfterFailure {
  const { retry } = action;
  const max = retry?.attempts ?? (isOfTheMoment(error) ? attemptsUsually : 1);
  const message = messageOf(error);
  if (!isSayable(error))
    log.error({ ...loggable(error), step: path }, 'a step failed unexpectedly');
  if (attempts >= max || error instanceof StepError) return { message, againAt: undefined };
  const least = retry?.min_seconds ?? secondsMin;
  const most = Math.max(retry?.max_seconds ?? secondsMax, least);
  const asked = error instanceof ConnectorError ? (error.retryAfterSeconds ?? 0) : 0;
  const seconds = Math.max(Math.min(least * 2 ** (attempts - 1), most) * jitter(), asked);
  return { message, againAt: new Date(now.getTime() + seconds * 1000) };
}

/** Runs that met the same outage do not all come back in the same second. */
function jitter(): number {
  return 0.75 + Math.random() / 2;
}

function isOfTheMoment(error: Error): boolean {
  if (error instanceof ConnectorError) return error.kind === 'retry';
  return error instanceof AppError && error.status >= 500;
}

/** The words of a connector and of a rule are made for people, those of a bug are not. */
function isSayable(error: Error): boolean {
  return error instanceof ConnectorError || error instanceof AppError || error instanceof StepError;
}

/** As the database can hold it. */
function messageOf(error: Error): string {
  return wordsOf(error).replaceAll('\0', '');
}

function wordsOf(error: Error): string {
  if (!isSayable(error))
    return 'Something went wrong on our side; the log of the server says more.';
  const upstream = (error as { upstream?: string }).upstream;
  return upstream && !error.message.includes(upstream)
    ? `${error.message} ${upstream}`
    : error.message;
}
