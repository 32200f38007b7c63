import type { WriteContext } from '../../../platform/context.ts';
import { publish } from '../../../runtime/events/events.ts';
import { creationOf } from '../events.ts';
import { claim, promisedOf } from '../promise/claims.ts';
import { writePromised } from '../promise/promise.ts';
import { lockSeries } from '../promise/store.ts';
import { type BookingRow, lengthMinutes } from '../shape.ts';
import { insertBookings, type NewBookingRow, updateBookings } from '../store.ts';
import { localStart, occurrenceStart, occurrencesBetween } from '../weekly.ts';
import {
  lockOffered,
  type SeriesRow,
  selectOccurrenceIndexes,
  updateOccurrencesLeft,
  upsertSeries,
} from './store.ts';

const weeksAhead = 12;

/**
 * The transaction, the organization and the time: all that a series needs to know of its caller.
 */
type At = Pick<WriteContext, 'tx' | 'organization' | 'now'>;
type Pattern = Omit<SeriesRow, 'id'>;

/** What the occurrences of a series that begins with a booking are like. */
export function patternOf(
  row: NewBookingRow & Pick<BookingRow, 'timezone'>,
  status: SeriesRow['status'],
): Pattern {
  return {
    practice_id: row.practice_id,
    consumer_id: row.consumer_id,
    member_id: row.member_id,
    location_id: row.location_id,
    doctor_id: row.doctor_id,
    length_minutes: lengthMinutes(row),
    status,
    starts_local: localStart(row.starts_at, row.timezone).toString(),
    timezone: row.timezone,
  };
}

/** Makes a booking the first of a weekly series; answers it and the later occurrences. */
export async function startSeries(
  { tx, organization, now }: At,
  row: BookingRow,
  pattern: Pattern,
): Promise<BookingRow[]> {
  const begins = row.series_id === row.id;
  const kept = begins ? await updateOccurrencesLeft(tx, organization, row.id) : [];
  const later = occurrencesOf(pattern, now).filter(
    ({ series_index }) => !kept.includes(series_index as number),
  );
  const head = { ...row, recurring: true, series_id: row.id, series_index: 0 };
  const [, heads, added] = await Promise.all([
    upsertSeries(tx, organization, { ...pattern, id: row.id }),
    updateBookings(tx, organization, now, [head]),
    insertBookings(
      tx,
      organization,
      now,
      later.map((one) => ({ ...one, series_id: row.id })),
    ),
  ]);
  return [...heads, ...added];
}

/**
 * Adds the missing occurrences of a series up to twelve weeks ahead; where the time of the doctor
 * is taken there is none, until it is free again.
 */
export async function extendSeries(at: At, id: number): Promise<void> {
  const { tx, organization, now } = at;
  const [, series, indexes] = await Promise.all([
    lockSeries(tx, [id]),
    lockOffered(tx, organization, id),
    selectOccurrenceIndexes(tx, organization, id),
  ]);
  if (!series) return;
  const lacking = occurrencesOf(series, now)
    .filter(({ series_index }) => !indexes.includes(series_index as number))
    .map((one) => ({ ...one, series_id: id }));
  if (lacking.length === 0) return;
  const [, added] = await Promise.all([
    claim(at, promisedOf(lacking)),
    writePromised(at, lacking, () =>
      insertBookings(tx, organization, now, lacking, { skipTaken: true }),
    ),
  ]);
  const events = added.map((row) => creationOf(row, now));
  await publish(tx, organization, now, events);
}

/**
 * The occurrences after the first one, from now on and up to twelve weeks ahead; they are in no
 * series yet.
 */
export function occurrencesOf(pattern: Pattern, now: Date): NewBookingRow[] {
  const { timezone, starts_local, length_minutes, status } = pattern;
  const local = Temporal.PlainDateTime.from(starts_local);
  const start = occurrenceStart(local, timezone, 0);
  const until = weeksAfter(start > now ? start : now, timezone);
  return occurrencesBetween(local, timezone, 1, now, until).map(({ index, startsAt }) => ({
    practice_id: pattern.practice_id,
    location_id: pattern.location_id,
    doctor_id: pattern.doctor_id,
    consumer_id: pattern.consumer_id,
    member_id: pattern.member_id,
    status,
    starts_at: startsAt,
    ends_at: new Date(startsAt.getTime() + length_minutes * 60_000),
    recurring: true,
    series_id: null,
    series_index: index,
  }));
}

/** The first instant that is more than twelve weeks after another, on the clock of the zone. */
function weeksAfter(instant: Date, timezone: string): Date {
  const last = occurrenceStart(localStart(instant, timezone), timezone, weeksAhead);
  return new Date(last.getTime() + 1);
}
