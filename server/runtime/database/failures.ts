/** SQLSTATE of an error that PostgreSQL answered. https://www.postgresql.org/docs/18/errcodes-appendix.html */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Deadlock or serialization failure: the same transaction may well succeed when it is run again. */
export function isRetryable(error: unknown): boolean {
  return ['40P01', '40001'].includes(codeOf(error));
}

/** Others are in the way: a deadlock or serialization failure, or a lock that did not come free in time. */
export function isCrowded(error: unknown): boolean {
  return isRetryable(error) || codeOf(error) === '55P03';
}

/** An earlier statement of the transaction has failed, and this one was not even tried. */
export function isConsequence(error: unknown): boolean {
  return codeOf(error) === '25P02';
}

/** An exclusion constraint refused the row. */
export function isExcluded(error: unknown): boolean {
  return codeOf(error) === '23P01';
}

/** A unique constraint refused the row. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === '23505';
}

/** The server is starting, stopping or gone, or no connection came free in time. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(08...|57P0[123]|53300)$/.test(code)) return true;
  if (['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT'].includes(code)) {
    return true;
  }
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|timeout exceeded when trying to connect|not queryable/i.test(
    message,
  );
}

/** Why there is no connection to a database, in words without secrets; undefined when it was no refusal. */
export function refusalOf(error: unknown): string | undefined {
  const code = codeOf(error);
  const ownWords = /^(28|3D|57P0|53)/.test(code) && error instanceof Error;
  if (ownWords) return error.message;
  if (isUnavailable(error)) return `the database cannot be reached (${code || 'no answer'})`;
  return undefined;
}
