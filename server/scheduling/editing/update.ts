import type { Static } from 'typebox';
import type { In } from '../../../contract/endpoint.ts';
import type { BookingChange, bookings } from '../../../contract/scheduling/bookings.ts';
import type { Booking } from '../../../contract/scheduling/shapes.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import type { NewEvent } from '../../runtime/events/events.ts';
import { Reply } from '../../runtime/http/reply.ts';
import { showAppointment } from '../appointments/shape.ts';
import { updateAppointmentOf } from '../appointments/store.ts';
import { updateBookingsClosed } from '../bookings/closing/store.ts';
import { applyChange, type Change, changeOf, readingOf } from '../bookings/edit/change.ts';
import { seriesHeaders } from '../bookings/edit/headers.ts';
import { type Edited, indexOf, settle } from '../bookings/edit/settle.ts';
import type { EditedRow } from '../bookings/edit/store.ts';
import { creationOf, deletionOf, updateOf } from '../bookings/events.ts';
import { giveHoldToken } from '../bookings/holds/holds.ts';
import { type FoundPlace, findPlace } from '../bookings/place.ts';
import { type Claim, promisedOf } from '../bookings/promise/claims.ts';
import { writePromised } from '../bookings/promise/promise.ts';
import {
  type Followed,
  followChange,
  goesOnAfter,
  isOfSeries,
  stays,
} from '../bookings/series/following.ts';
import { patternOf, startSeries } from '../bookings/series/series.ts';
import { updateLastIndex, updateSeries } from '../bookings/series/store.ts';
import { type BookingRow, showBooking, statusAt } from '../bookings/shape.ts';
import { lockPractices, updateBookings, updateBookingsParked } from '../bookings/store.ts';

type Body = Static<typeof BookingChange>;

type Update = Edited &
  Followed & {
    change: Change;
    /** Whether the change goes for a series, and so leaves alone what has an appointment. */
    follows: boolean;
    starts: boolean;
    stops: boolean;
    claims: Claim[];
  };

export async function updateBooking(
  ctx: WriteContext,
  { params, query, body }: In<typeof bookings, 'updateBooking'>,
): Promise<Reply<Booking>> {
  let place: FoundPlace | undefined;
  const update = await settle(ctx, params.id, readingOf(query.scope, body), async (edited) => {
    place ??= await findChanged(ctx, edited.row, body);
    return planUpdate(edited, changeOf(edited.row, body, place, ctx.now), body, ctx.now);
  });
  const written = await writeChanged(ctx, update);
  const followers = await moveAppointment(ctx, update);
  const closed = update.stops ? await stopSeries(ctx, update) : update.left;
  const { row } = update;
  const [first, ...added] = update.starts ? await startHere(ctx, row, written) : [];
  const updated = [...written.filter(({ id }) => id !== first?.id), ...(first ? [first] : [])];
  const shown = showBooking(updated.find(({ id }) => id === row.id) ?? row, ctx.now);
  await record(ctx, 'booking.update', shown.id, [
    ...updated.map((one) => updateOf(one, ctx.now)),
    ...added.map((one) => creationOf(one, ctx.now)),
    ...closed.map(deletionOf),
    ...followers,
  ]);
  return new Reply(shown, {
    ...(update.follows ? seriesHeaders(updated.length + closed.length, update.kept) : {}),
    ...(beginsHold(update, ctx.now) ? { 'hold-token': await giveHoldToken(ctx, row.id) } : {}),
  });
}

async function findChanged(
  ctx: WriteContext,
  row: EditedRow,
  { location_id, doctor_id }: Body,
): Promise<FoundPlace | undefined> {
  if (location_id === undefined && doctor_id === undefined) return undefined;
  return findPlace(ctx, location_id ?? row.location_id, doctor_id ?? row.doctor_id);
}

/**
 * @throws AppError 400 for a change that a patient's appointment or the state of the booking
 * forbids
 */
function planUpdate(edited: Edited, change: Change, body: Body, now: Date): Update {
  const { row } = edited;
  const starts = body.recurring === true && !goesOnAfter(row);
  const stops = body.recurring === false && (row.recurring || goesOnAfter(row));
  const follows = body.recurring !== false && isOfSeries(edited, now);
  if (row.has_appointment && (change.status || (change.startsAt && !follows))) {
    throw new AppError('booking_has_appointment');
  }
  if (row.place_removed && !change.place) requireNothingOffered(change, starts);
  const alone = () => ({
    changed: [applyChange(row, change, now, row.hold_minutes)],
    kept: [],
    left: [],
    local: undefined,
  });
  const followed: Followed = follows ? followChange(edited, change, now) : alone();
  const changed = followed.changed.map((one) =>
    one.id === row.id && stops ? { ...one, recurring: false } : one,
  );
  const plan = { ...edited, ...followed, changed, change, follows, starts, stops };
  return { ...plan, claims: promisedOf(changed) };
}

/** @throws AppError 400 for an opening where nobody comes any more */
function requireNothingOffered({ status }: Change, starts: boolean) {
  const rule = 'its doctor or location was removed; move the booking, or delete it.';
  if (status && status !== 'booked') throw invalid('status', `can only be booked: ${rule}`);
  if (starts) throw invalid('recurring', `cannot begin: ${rule}`);
}

async function writeChanged(ctx: WriteContext, update: Update): Promise<BookingRow[]> {
  const { tx, organization, now } = ctx;
  const { row, changed, left, follows, change, local } = update;
  const departed = departedOf(update);
  if (departed.length > 0) await lockPractices(tx, organization, departed);
  await updateBookingsClosed(tx, organization, idsOf(left), now, { leavesSeries: true });
  if (changed.length > 1) await updateBookingsParked(tx, organization, idsOf(changed));
  const written =
    changed.length === 0
      ? []
      : await writePromised(ctx, changed, () => updateBookings(tx, organization, now, changed));
  if (follows && row.series_id !== null) {
    const { place, minutes } = change;
    const pattern = { place, minutes, local: local?.toString() };
    await updateSeries(tx, organization, row.series_id, pattern);
  }
  return written;
}

/** The appointment follows its booking; patient and practice hear of it by mail, from the event. */
async function moveAppointment(
  { tx, organization }: WriteContext,
  { row, changed, change }: Update,
): Promise<NewEvent[]> {
  const isChanged = changed.some(({ id }) => id === row.id);
  if (!row.has_appointment || !isChanged || !(change.place || change.minutes)) return [];
  const moved = await updateAppointmentOf(tx, organization, row.id);
  if (!moved) return [];
  return [{ type: 'appointment.updated', subject: moved.guid, data: showAppointment(moved) }];
}

/** The practices that bookings move away from. */
function departedOf({ row, later, changed }: Update): number[] {
  const practices = new Map(changed.map(({ id, practice_id }) => [id, practice_id]));
  return [row, ...later]
    .filter(({ id, practice_id }) => (practices.get(id) ?? practice_id) !== practice_id)
    .map(({ practice_id }) => practice_id);
}

/** Ends a series at a booking: the later occurrences without an appointment are deleted. */
async function stopSeries(ctx: WriteContext, { row, later }: Update): Promise<EditedRow[]> {
  if (row.series_id === null) return [];
  const closed = later.filter((one) => !stays(one, ctx.now));
  await updateLastIndex(ctx.tx, ctx.organization, row.series_id, indexOf(row));
  await updateBookingsClosed(ctx.tx, ctx.organization, idsOf(closed), ctx.now, {
    leavesSeries: true,
  });
  return closed;
}

/** Whatever the booking is itself, what follows it is open. */
async function startHere(ctx: WriteContext, before: EditedRow, written: readonly BookingRow[]) {
  const row = written.find(({ id }) => id === before.id) ?? before;
  return startSeries(ctx, row, patternOf(row, 'open'));
}

function beginsHold({ row, changed }: Update, now: Date): boolean {
  const after = changed.find(({ id }) => id === row.id);
  return statusAt(row, now) === 'open' && (after?.held_until ?? null) !== null;
}

function idsOf(rows: readonly { id: number }[]): number[] {
  return rows.map(({ id }) => id);
}
