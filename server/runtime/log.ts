import { pino } from 'pino';

/**
 * What code logs with. A line carries ids, codes and durations: never a name, an address, a body, a
 * query string or a secret.
 */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
};

/** JSON lines on standard error, so that standard output stays free for answers. */
export function createLog(level: string): Log {
  const destination = pino.destination({ dest: 2, sync: true });
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** What may be logged of something that was thrown: SQL errors quote rows in `detail`. */
export function loggable(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const { code, constraint, routine } = thrown as Error & Record<string, unknown>;
  const fromDatabase = routine !== undefined;
  return {
    error: fromDatabase ? 'database error' : thrown.message,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    stack: fromDatabase ? thrown.stack?.split('\n').slice(1).join('\n') : thrown.stack,
  };
}
