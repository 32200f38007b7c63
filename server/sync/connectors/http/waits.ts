/** The longest that is waited here; after that whoever asked tries again by itself. */
export const waitSecondsMax = 30;

/**
 * The seconds of `Retry-After`: a number, also with a fraction, or a date (RFC 9110, 10.2.3). What
 * is past is now; undefined for what says nothing.
 */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^[+-]?\d+(\.\d*)?$/.test(text)) return Math.max(0, Number(text));
  // Anything with letters is a date at most: `Date.parse` reads nearly everything.
  if (!/^[a-z]{3,9},? .*\d{2}:\d{2}:\d{2}/i.test(text) && !/^\d{4}-\d\d-\d\dT/.test(text)) {
    return undefined;
  }
  const at = Date.parse(/gmt|z$|[+-]\d\d:?\d\d$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}
