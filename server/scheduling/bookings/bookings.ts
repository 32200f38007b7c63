import type { In } from '../../../contract/endpoint.ts';
import type { bookings } from '../../../contract/scheduling/bookings.ts';
import type { Booking } from '../../../contract/scheduling/shapes.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { lookupId } from '../../runtime/ids.ts';
import { ownerOf } from '../owners.ts';
import { reachOf } from '../reach.ts';
import { creationOf } from './events.ts';
import { findPlace, requireStart } from './place.ts';
import { claim, promisedOf } from './promise/claims.ts';
import { writePromised } from './promise/promise.ts';
import { selectBlocker } from './promise/store.ts';
import { occurrencesOf, patternOf, startSeries } from './series/series.ts';
import { type BookingRow, showBooking, statusAt } from './shape.ts';
import { insertBookings, selectBooking } from './store.ts';

/**
 * As in lists: an opening that a promised booking overlaps is not open, whatever its own status.
 */
export async function getBooking(
  ctx: ReadContext,
  { params }: In<typeof bookings, 'getBooking'>,
): Promise<Booking> {
  const { db, organization, caller, now } = ctx;
  const id = lookupId('booking', params.id);
  const row = await selectBooking(db, organization, id, reachOf(caller));
  if (!row) throw new AppError('not_found');
  if (row.status === 'closed') throw new AppError('gone');
  const isOpen = statusAt(row, now) === 'open';
  const blocker = isOpen ? await selectBlocker(db, organization, row, now) : undefined;
  return showBooking({ ...row, ...blocker }, now);
}

export async function createBooking(
  ctx: WriteContext,
  { body }: In<typeof bookings, 'createBooking'>,
): Promise<Booking> {
  const { tx, organization, now } = ctx;
  const place = await findPlace(ctx, body.location_id, body.doctor_id);
  const starts_at = requireStart(body, place.timezone);
  const booking = {
    practice_id: place.practice_id,
    location_id: place.location_id,
    doctor_id: place.doctor_id,
    ...ownerOf(ctx.caller),
    status: body.status ?? 'pending',
    starts_at,
    ends_at: new Date(starts_at.getTime() + (body.length ?? 60) * 60_000),
    recurring: body.recurring ?? false,
    series_id: null,
    series_index: null,
  };
  const pattern = patternOf({ ...booking, timezone: place.timezone }, booking.status);
  const all = booking.recurring ? [booking, ...occurrencesOf(pattern, now)] : [booking];
  const [, rows] = await Promise.all([
    claim(ctx, promisedOf(all)),
    writePromised(ctx, all, async () => {
      const [row] = (await insertBookings(tx, organization, now, [booking])) as [BookingRow];
      return booking.recurring ? startSeries(ctx, row, pattern) : [row];
    }),
  ]);
  const shown = rows.map((row) => showBooking(row, now));
  const events = rows.map((row) => creationOf(row, now));
  await record(ctx, 'booking.create', shown[0]?.id ?? '', events);
  return shown[0] as Booking;
}
