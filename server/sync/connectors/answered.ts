import type { ApplyResult } from './connector.ts';
import { ConnectorError } from './failure.ts';

/**
 * What became of records of which only some were written before something went wrong: one error for all
 * would hide those. @throws error where none was written
 */
export function answeredUntil<Result extends ApplyResult>(
  results: readonly (Result | undefined)[],
  error: unknown,
): (Result | ApplyResult)[] {
  if (!isOutside(error) || !results.some((one) => one && one.error === undefined)) throw error;
  const why =
    error instanceof ConnectorError ? error.message : 'The system did not answer in time.';
  const unknown = { error: `It is not known to be written: ${why}`, isUnknown: true } as const;
  return Array.from(results, (one) => one ?? unknown);
}

/** Of the system, or that it took too long; everything else is a bug. */
function isOutside(error: unknown): boolean {
  if (error instanceof ConnectorError) return true;
  return error instanceof Error && ['TimeoutError', 'AbortError'].includes(error.name);
}
