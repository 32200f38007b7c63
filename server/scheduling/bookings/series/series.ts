import type { WriteContext } from '../../../platform/context.ts';
import type { NewEvent } from '../../../runtime/events/events.ts';
import { publish } from '../../../runtime/events/events.ts';
import { shortId } from '../../../runtime/ids.ts';
import { applyChange, type Change, type LockedBooking } from '../change.ts';
import { promise } from '../promise/promise.ts';
import { type BookingRow, lengthMinutes, showBooking } from '../shape.ts';
import {
  type BookingUpdate,
  insertBookings,
  type NewBookingRow,
  updateBookings,
  updateBookingsParked,
} from '../store.ts';
import { localStart, occurrenceStart, occurrencesBetween } from '../weekly.ts';
import {
  lockLaterOccurrences,
  lockSeries,
  type SeriesRow,
  updateOccurrencesClosed,
  updateOccurrencesLeft,
  updateSeriesEnd,
  upsertSeries,
} from './store.ts';

const weeksAhead = 12;

/** Whose transaction it is and when: all that a series needs to know of its caller. */
type At = Pick<WriteContext, 'tx' | 'organization' | 'now'>;

/** Whether the id of a booking stands for the series that it began. */
export function heads(row: BookingRow): boolean {
  return row.recurring && row.series_id === row.id;
}

/** Makes a booking the first of a weekly series; answers it and the later occurrences. */
export async function startSeries(
  at: At,
  row: BookingRow,
  status: SeriesRow['status'],
): Promise<BookingRow[]> {
  const template = templateOf(row, status);
  await upsertSeries(at.tx, at.organization, template);
  const [head] = await updateBookings(at.tx, at.organization, at.now, [
    { ...row, recurring: true, series_id: row.id, series_index: 0 },
  ]);
  const kept = new Set(await updateOccurrencesLeft(at.tx, at.organization, row.id));
  const later = laterOccurrences(template, row.timezone, at.now).filter(
    ({ series_index }) => !kept.has(series_index as number),
  );
  const added = await promise(at, later, () =>
    insertBookings(at.tx, at.organization, at.now, later),
  );
  return [head as BookingRow, ...added];
}

/** Changes the booking that began a series, the later occurrences that are not booked, and what
 * further ones are made of; answers all that changed, the first one first. */
export async function changeSeries(
  at: At,
  head: LockedBooking,
  change: Change,
  changed: BookingUpdate,
): Promise<BookingRow[]> {
  const { tx, organization, now } = at;
  const timezone = change.place?.timezone ?? head.timezone;
  const local = localStart(changed.starts_at, timezone);
  const moves = change.startsAt !== undefined || timezone !== head.timezone;
  const series = await lockSeries(tx, organization, head.id);
  const later = await lockLaterOccurrences(tx, organization, head.id, 0, now);
  const changedLater = later.map((row) => {
    const index = row.series_index as number;
    const startsAt = moves ? occurrenceStart(local, timezone, index) : undefined;
    return applyChange(row, { ...change, startsAt }, now, head.hold_minutes);
  });
  if (series) {
    const template = { ...head, ...changed, timezone };
    const status = nextTemplateStatus(series, change);
    await upsertSeries(tx, organization, templateOf(template, status));
  }
  await updateBookingsParked(
    tx,
    organization,
    [head, ...later].map(({ id }) => id),
  );
  const all = [changed, ...changedLater];
  const rows = await promise(at, all, () => updateBookings(tx, organization, now, all));
  return rows.toSorted((a, b) => Number(b.id === head.id) - Number(a.id === head.id));
}

/** Ends a series with this booking: the later occurrences that are not booked are deleted. */
export async function closeSeriesAfter(at: At, row: BookingRow): Promise<void> {
  const { tx, organization, now } = at;
  if (row.series_id === null || row.series_index === null) return;
  // The series first: whoever is extending it ends before the later ones are read.
  await updateSeriesEnd(tx, organization, row.series_id, row.series_index);
  const later = await lockLaterOccurrences(tx, organization, row.series_id, row.series_index, now);
  await updateOccurrencesClosed(
    tx,
    organization,
    later.map(({ id }) => id),
    now,
  );
  await publish(tx, organization, now, later.map(deletion));
}

/** Adds the occurrences that a series lacks up to twelve weeks ahead; where a promised time is taken
 * there is none, until the time is free again. */
export async function extendSeries(at: At, id: number): Promise<void> {
  const { tx, organization, now } = at;
  const series = await lockSeries(tx, organization, id);
  if (!series) return;
  const later = laterOccurrences(series, series.timezone, now);
  const added = await promise(at, later, () =>
    insertBookings(tx, organization, now, later, { skipTaken: true }),
  );
  await publish(
    tx,
    organization,
    now,
    added.map((row) => creation(row, now)),
  );
}

function laterOccurrences(
  series: Omit<SeriesRow, 'timezone'>,
  timezone: string,
  now: Date,
): NewBookingRow[] {
  const local = Temporal.PlainDateTime.from(series.starts_local);
  const start = occurrenceStart(local, timezone, 0);
  const until = weeksAfter(start > now ? start : now, timezone);
  return occurrencesBetween(local, timezone, 1, now, until).map(({ index, startsAt }) => ({
    practice_id: series.practice_id,
    location_id: series.location_id,
    doctor_id: series.doctor_id,
    consumer_id: series.consumer_id,
    status: series.status,
    starts_at: startsAt,
    ends_at: new Date(startsAt.getTime() + series.length_minutes * 60_000),
    recurring: true,
    series_id: series.id,
    series_index: index,
  }));
}

/** The first instant that is more than twelve weeks after another, on the clock of the zone. */
function weeksAfter(instant: Date, timezone: string): Date {
  const last = occurrenceStart(localStart(instant, timezone), timezone, weeksAhead);
  return new Date(last.getTime() + 1);
}

function templateOf(
  row: BookingUpdate & Pick<BookingRow, 'consumer_id' | 'timezone'>,
  status: SeriesRow['status'],
) {
  return {
    id: row.id,
    practice_id: row.practice_id,
    consumer_id: row.consumer_id,
    location_id: row.location_id,
    doctor_id: row.doctor_id,
    length_minutes: lengthMinutes(row),
    status,
    starts_local: localStart(row.starts_at, row.timezone).toString(),
  };
}

/** A hold passes, so it is no pattern for later occurrences. */
function nextTemplateStatus(
  { status: before }: SeriesRow,
  { status }: Change,
): SeriesRow['status'] {
  return status === undefined || (status === 'pending' && before === 'open') ? before : status;
}

function deletion(row: BookingRow): NewEvent {
  const id = shortId('booking', row.id);
  return { type: 'booking.deleted', subject: id, data: { id, status: 'closed' } };
}

function creation(row: BookingRow, now: Date): NewEvent {
  const data = showBooking(row, now);
  return { type: 'booking.created', subject: data.id, data };
}
