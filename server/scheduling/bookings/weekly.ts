const weekMilliseconds = 7 * 24 * 60 * 60 * 1000;

/** The wall-clock time of an instant in an IANA zone. */
export function localStart(instant: Date, zone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDateTime();
}

/**
 * When occurrence `index` of a weekly series begins: at the same wall-clock time that many weeks
 * after occurrence 0. A time that the clock skips moves forward, of one that comes twice it is the
 * first (Temporal's "compatible", as RFC 5545 §3.3.5).
 */
export function occurrenceStart(local: Temporal.PlainDateTime, zone: string, index: number): Date {
  const start = local.add({ weeks: index }).toZonedDateTime(zone, { disambiguation: 'compatible' });
  return new Date(start.epochMilliseconds);
}

export type Occurrence = { index: number; startsAt: Date };

/**
 * The occurrences that begin at `from` or later and before `until`, none before `fromIndex`. It
 * costs what the answer is long, however old the series.
 */
export function occurrencesBetween(
  local: Temporal.PlainDateTime,
  zone: string,
  fromIndex: number,
  from: Date,
  until: Date,
): Occurrence[] {
  const found: Occurrence[] = [];
  let index = Math.max(fromIndex, indexNotAfter(local, zone, from));
  let startsAt = occurrenceStart(local, zone, index);
  while (startsAt < until) {
    if (startsAt >= from) found.push({ index, startsAt });
    index += 1;
    startsAt = occurrenceStart(local, zone, index);
  }
  return found;
}

/** An index whose occurrence is surely not after the instant, and at most two weeks before it. */
function indexNotAfter(local: Temporal.PlainDateTime, zone: string, instant: Date): number {
  const passed = asIfUtc(localStart(instant, zone)) - asIfUtc(local);
  // The week less is for a clock that moves in between, and be it by a day (Apia, 2011).
  return Math.floor(passed / weekMilliseconds) - 1;
}

function asIfUtc(local: Temporal.PlainDateTime): number {
  return local.toZonedDateTime('UTC').epochMilliseconds;
}
