import { invalid } from '../../runtime/errors.ts';

const yearMin = 1900;
const yearMax = 2199;

const rules = {
  form:
    'must be a date and time of ISO 8601, with an offset such as 2026-09-25T16:44:00-06:00, or ' +
    "without one such as 2026-09-25T16:44:00 and then in the location's time zone.",
  time: 'must have a time of day after the date, such as 2026-09-25T16:44:00-06:00.',
  agreement:
    'must have an offset that the zone in brackets has at that time, such as ' +
    '2026-09-25T16:44:00-06:00[America/Denver]; or leave one of the two out.',
  years: `must lie in the years ${yearMin} to ${yearMax}, such as 2026-09-25T16:44:00-06:00.`,
};

const dateAlone = /^\d{4}-?\d\d-?\d\d(?:\[.*)?$/;
const withTime = /^[^[]*\d[Tt ]\d/;
const withOffset = /[Tt ][^[]*(?:[Zz]|[+-]\d)/;
const withZone = /\[!?[^\]=]+\]/;

/**
 * The start of a booking: ISO 8601 with an offset; or without one, then it is the wall-clock time of
 * `timezone` (one that the clock skips moves forward, of one that comes twice it is the first); or
 * RFC 9557 with a zone in brackets, with which an offset has to agree. Cut to milliseconds. Throws a
 * 400 that names `start_datetime` and the rule.
 */
export function readStart(text: string, timezone: string): Date {
  const start = parse(text, timezone, 'reject');
  if (!start) throw invalid('start_datetime', brokenRule(text, timezone));
  const year = start.toZonedDateTimeISO(timezone).year;
  if (year < yearMin || year > yearMax) throw invalid('start_datetime', rules.years);
  return new Date(start.epochMilliseconds);
}

function parse(
  text: string,
  timezone: string,
  offset: 'reject' | 'ignore',
): Temporal.Instant | undefined {
  if (!withTime.test(text)) return undefined;
  try {
    if (withZone.test(text)) return Temporal.ZonedDateTime.from(text, { offset }).toInstant();
    if (withOffset.test(text)) return Temporal.Instant.from(text);
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).toInstant();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function brokenRule(text: string, timezone: string): string {
  if (dateAlone.test(text)) return rules.time;
  return parse(text, timezone, 'ignore') ? rules.agreement : rules.form;
}
