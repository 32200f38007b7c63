import { invalid } from './errors.ts';

const rule =
  'must be a date and time of ISO 8601 with an offset, such as 2026-11-05T08:15:30-05:00 ' +
  'or 2026-11-05T13:15:30Z, in the years 1 to 9999.';

const forgottenPlus = /^([\d-]+[Tt ]\d[\d:.,]*) (?=\d\d(?::?\d\d)*$)/;
const offsetAtEnd = /[Tt ].*(?:[Zz]|[+-]\d[\d:.,]*)$/;

/**
 * An instant as a query gives it: ISO 8601 with an offset. A date-time without one is in UTC, a date
 * alone is its midnight in UTC, and a space where the sign of an offset would stand is the "+" that
 * a client forgot to encode. Cut to milliseconds. Throws a 400 that names the field.
 */
export function readInstant(text: string, field: string): Date {
  const instant = parse(text.replace(forgottenPlus, '$1+'));
  if (!instant) throw invalid(field, rule);
  const year = instant.toZonedDateTimeISO('UTC').year;
  if (year < 1 || year > 9999) throw invalid(field, rule);
  return new Date(instant.epochMilliseconds);
}

function parse(text: string): Temporal.Instant | undefined {
  // Temporal would take a zone in brackets and not look whether it agrees with the offset.
  if (!/^[\d+-][\d+\-:.,Tt Zz]{7,}$/.test(text)) return undefined;
  try {
    if (offsetAtEnd.test(text)) return Temporal.Instant.from(text);
    return Temporal.PlainDateTime.from(text).toZonedDateTime('UTC').toInstant();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
