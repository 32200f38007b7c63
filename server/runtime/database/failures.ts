/** SQLSTATE of an error that PostgreSQL answered. https://www.postgresql.org/docs/18/errcodes-appendix.html */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Deadlock or serialization failure: the same transaction may well succeed when it is run again. */
export function isRetryable(error: unknown): boolean {
  return ['40P01', '40001'].includes(codeOf(error));
}

/**
 * Others were in the way: a deadlock, a serialization failure, or a lock that was not released in
 * time.
 */
export function isCrowded(error: unknown): boolean {
  return isRetryable(error) || isLocked(error);
}

/** The statement was not even tried, because an earlier one of its transaction had failed. */
export function isConsequence(error: unknown): boolean {
  return codeOf(error) === '25P02';
}

/** An exclusion constraint refused the row. */
export function isExcluded(error: unknown): boolean {
  return codeOf(error) === '23P01';
}

/** The disk of the database has no room (disk_full). */
export function isFull(error: unknown): boolean {
  return codeOf(error) === '53100';
}

/** A unique constraint refused the row. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === '23505';
}

const lost = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
];

/** The server is starting, stopping, silent or gone, or can't write any more. */
export function isGone(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(08...|57P0[1-5]|25006|25P03)$/.test(code) || lost.includes(code)) return true;
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|timeout expired|read timeout|not queryable/i.test(message);
}

/** A transaction that we opened read-only tried to write. */
export function isOwnRefusal(error: unknown): boolean {
  return codeOf(error) === '25006' && / in a read-only transaction/.test((error as Error).message);
}

/** The database is gone, has no disk space, or something did not end in time. */
export function isUnavailable(error: unknown): boolean {
  if (isGone(error) || ['53100', '53300', '57014'].includes(codeOf(error))) return true;
  return error instanceof Error && /timeout exceeded when trying to connect/i.test(error.message);
}

/** Somebody else held a lock for too long. */
export function isLocked(error: unknown): boolean {
  return codeOf(error) === '55P03';
}

/**
 * It lies in what was given, so that it fails whenever it is tried: a value that PostgreSQL refuses, or
 * something that is not of the database at all.
 */
export function isLasting(error: unknown): boolean {
  const code = codeOf(error);
  if (/^[0-9A-Z]{5}$/.test(code)) return /^2[23]/.test(code);
  return !isUnavailable(error);
}

/** The session does not know the prepared statement, or already has one of that name. */
export function isUnprepared(error: unknown): boolean {
  return ['26000', '42P05'].includes(codeOf(error));
}

/**
 * Why a database refused a connection, in words without secrets; undefined when the error is no
 * refusal.
 */
export function refusalOf(error: unknown): string | undefined {
  const code = codeOf(error);
  const ownWords = /^(28|3D|57P0|53|25006)/.test(code) && error instanceof Error;
  if (ownWords) return error.message;
  if (isUnavailable(error)) return `the database cannot be reached (${code || 'no answer'})`;
  return undefined;
}
