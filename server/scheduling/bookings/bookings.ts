import { createHash, randomBytes } from 'node:crypto';
import type { Input } from '../../../contract/endpoint.ts';
import type { Booking, bookings } from '../../../contract/scheduling/bookings.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { type Answering, Reply } from '../../runtime/http/reply.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import { updateAppointmentOf } from '../appointments/store.ts';
import { applyChange, lockOwn, readChange } from './change.ts';
import { findPlace, requireStart } from './place.ts';
import { promise } from './promise/promise.ts';
import { changeSeries, closeSeriesAfter, heads, startSeries } from './series/series.ts';
import { type BookingRow, type Status, showBooking, statusAt } from './shape.ts';
import { insertBookings, selectBooking, updateBookings, updateHoldToken } from './store.ts';

type In<Name extends keyof typeof bookings> = Input<(typeof bookings)[Name]>;

export async function getBooking(ctx: ReadContext, { params }: In<'getBooking'>): Promise<Booking> {
  const id = readId('booking', params.id) ?? 0;
  const row = await selectBooking(ctx.db, ctx.organization, id, ctx.caller.practiceIds);
  if (!row) throw new AppError('not_found');
  if (row.status === 'closed') throw new AppError('gone');
  return showBooking(row, ctx.now);
}

export async function createBooking(
  ctx: WriteContext,
  { body }: In<'createBooking'>,
): Promise<Booking> {
  const place = await findPlace(ctx, body.location_id, body.doctor_id);
  const starts_at = requireStart(body, place.timezone);
  const booking = {
    practice_id: place.practice_id,
    location_id: place.location_id,
    doctor_id: place.doctor_id,
    consumer_id: ctx.caller.id,
    status: body.status ?? 'pending',
    starts_at,
    ends_at: new Date(starts_at.getTime() + (body.length ?? 60) * 60_000),
    recurring: body.recurring ?? false,
    series_id: null,
    series_index: null,
  };
  const [row] = await promise(ctx, [booking], () =>
    insertBookings(ctx.tx, ctx.organization, ctx.now, [booking]),
  );
  const rows = await (booking.recurring
    ? startSeries(ctx, row as BookingRow, booking.status)
    : [row as BookingRow]);
  return tell(ctx, 'created', rows);
}

export async function updateBooking(
  ctx: WriteContext,
  { params, body }: In<'updateBooking'>,
): Promise<Answering<Booking>> {
  const row = await lockOwn(ctx, params.id, body);
  const change = await readChange(ctx, row, body);
  const changed = {
    ...applyChange(row, change, ctx.now, row.hold_minutes),
    recurring: change.recurring,
  };
  const stops = row.recurring && !change.recurring;
  const rows =
    heads(row) && !stops
      ? await changeSeries(ctx, row, change, changed)
      : await promise(ctx, [changed], () =>
          updateBookings(ctx.tx, ctx.organization, ctx.now, [changed]),
        );
  if (stops) await closeSeriesAfter(ctx, row);
  if (row.has_appointment && (change.place || change.minutes)) {
    await updateAppointmentOf(ctx.tx, ctx.organization, row.id);
  }
  const starts = change.recurring && !row.recurring;
  const answer = starts
    ? await tell(
        ctx,
        'updated',
        await startSeries(ctx, rows[0] as BookingRow, templateStatus(changed)),
        'created',
      )
    : await tell(ctx, 'updated', rows);
  const begins = statusAt(row, ctx.now) === 'open' && changed.held_until !== null;
  return begins ? new Reply(answer, { 'hold-token': await giveHoldToken(ctx, row.id) }) : answer;
}

export async function deleteBooking(ctx: WriteContext, { params }: In<'deleteBooking'>) {
  const row = await lockOwn(ctx, params.id);
  if (row.has_appointment) throw new AppError('booking_has_appointment');
  if (heads(row)) await closeSeriesAfter(ctx, row);
  const closed = { ...row, status: 'closed' as const, held_until: null };
  await updateBookings(ctx.tx, ctx.organization, ctx.now, [closed]);
  const answer = { id: shortId('booking', row.id), status: 'closed' as const };
  await record(ctx, 'booking.delete', answer.id, [
    { type: 'booking.deleted', subject: answer.id, data: answer },
  ]);
  return answer;
}

/** A series is not made of holds: when its first booking is held, the later ones are open. */
function templateStatus({ status, held_until }: Pick<BookingRow, 'status' | 'held_until'>) {
  return held_until === null ? (status as Exclude<Status, 'closed'>) : 'open';
}

type Happened = 'created' | 'updated';

/** Answers the first of the rows; what happened to the later ones may be something else. */
async function tell(
  ctx: WriteContext,
  what: Happened,
  rows: readonly BookingRow[],
  whatLater = what,
): Promise<Booking> {
  const shown = rows.map((row) => showBooking(row, ctx.now));
  const first = shown[0] as Booking;
  await record(
    ctx,
    what === 'created' ? 'booking.create' : 'booking.update',
    first.id,
    shown.map((data) => {
      const happened = data === first ? what : whatLater;
      return { type: `booking.${happened}` as const, subject: data.id, data };
    }),
  );
  return first;
}

/** Whoever holds this text may book the opening while the hold lasts. */
async function giveHoldToken(ctx: WriteContext, id: number): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await updateHoldToken(ctx.tx, ctx.organization, id, hashHoldToken(token));
  return token;
}

export function hashHoldToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
