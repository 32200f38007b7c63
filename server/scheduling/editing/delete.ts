import type { In } from '../../../contract/endpoint.ts';
import type { bookings } from '../../../contract/scheduling/bookings.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { Reply } from '../../runtime/http/reply.ts';
import { shortId } from '../../runtime/ids.ts';
import { updateBookingsClosed } from '../bookings/closing/store.ts';
import { applyChange, readingOf } from '../bookings/edit/change.ts';
import { seriesHeaders } from '../bookings/edit/headers.ts';
import { type Edited, indexOf, settle } from '../bookings/edit/settle.ts';
import type { EditedRow } from '../bookings/edit/store.ts';
import { deletionOf, updateOf } from '../bookings/events.ts';
import type { Claim } from '../bookings/promise/claims.ts';
import { isOfSeries, stays } from '../bookings/series/following.ts';
import { updateLastIndex } from '../bookings/series/store.ts';
import { type BookingRow, type Status, statusAt } from '../bookings/shape.ts';
import { updateBookings } from '../bookings/store.ts';

type Deletion = Edited & {
  /** Whether the series is deleted with it, which leaves alone what has an appointment. */
  follows: boolean;
  closed: EditedRow[];
  kept: EditedRow[];
  claims: Claim[];
};

/** Answers what became of the booking: when its series is deleted, it may stay. */
export async function deleteBooking(
  ctx: WriteContext,
  { params, query }: In<typeof bookings, 'deleteBooking'>,
) {
  const deletion = await settle(ctx, params.id, readingOf(query.scope), (edited) =>
    planDeletion(edited, ctx.now),
  );
  const { row, follows, closed, kept } = deletion;
  const ended = follows ? await writeEnd(ctx, deletion) : [];
  if (!follows) await updateBookingsClosed(ctx.tx, ctx.organization, [row.id], ctx.now);
  const id = shortId('booking', row.id);
  const events = [...closed.map(deletionOf), ...ended.map((one) => updateOf(one, ctx.now))];
  await record(ctx, 'booking.delete', id, events);
  const status: Status = closed.includes(row) ? 'closed' : statusAt(row, ctx.now);
  return new Reply({ id, status }, follows ? seriesHeaders(closed.length, kept) : {});
}

function planDeletion(edited: Edited, now: Date): Deletion {
  const { row, later } = edited;
  const claims: Claim[] = [];
  if (!isOfSeries(edited, now)) {
    if (row.has_appointment) throw new AppError('booking_has_appointment');
    return { ...edited, follows: false, closed: [row], kept: [], claims };
  }
  const all = [row, ...later];
  const kept = all.filter((one) => stays(one, now));
  const closed = all.filter((one) => !stays(one, now));
  return { ...edited, follows: true, closed, kept, claims };
}

/** Ends the series, and the booking with it; if that stays, it is then in no series. */
async function writeEnd(
  { tx, organization, now }: WriteContext,
  { row, closed, kept }: Deletion,
): Promise<BookingRow[]> {
  const isKept = kept.includes(row);
  const lastIndex = isKept ? indexOf(row) : indexOf(row) - 1;
  await updateLastIndex(tx, organization, row.series_id as number, lastIndex);
  const ids = closed.map(({ id }) => id);
  await updateBookingsClosed(tx, organization, ids, now, { leavesSeries: true });
  if (!isKept) return [];
  const alone = { ...applyChange(row, {}, now, row.hold_minutes), recurring: false };
  return updateBookings(tx, organization, now, [alone]);
}
