import type { Static } from 'typebox';
import type { BookingChange } from '../../../contract/scheduling/bookings.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { readId } from '../../runtime/ids.ts';
import { type FoundPlace, findPlace, readStartOf } from './place.ts';
import { lockDaysOf } from './promise/store.ts';
import { type BookingRow, lengthMinutes, type Status, statusAt } from './shape.ts';
import { type BookingUpdate, lockBooking } from './store.ts';

export type LockedBooking = NonNullable<Awaited<ReturnType<typeof lockBooking>>>;

/** What is to change, each member undefined where nothing does. */
export type Change = {
  place: FoundPlace | undefined;
  startsAt: Date | undefined;
  minutes: number | undefined;
  status: 'open' | 'pending' | 'booked' | undefined;
  recurring: boolean;
};

/** A booking to change or delete. @throws AppError 404, 410, or 403 for another consumer's. */
export async function lockOwn(
  { tx, organization, caller }: WriteContext,
  given: string,
  { doctor_id: doctor }: Pick<Static<typeof BookingChange>, 'doctor_id'> = {},
): Promise<LockedBooking> {
  const id = readId('booking', given) ?? 0;
  const otherDoctor = doctor === undefined ? undefined : readId('doctor', doctor);
  const [, row] = await Promise.all([
    lockDaysOf(tx, organization, id, otherDoctor),
    lockBooking(tx, organization, id, caller.practiceIds),
  ]);
  if (!row) throw new AppError('not_found');
  if (row.status === 'closed') throw new AppError('gone');
  if (row.consumer_id !== caller.id) throw new AppError('forbidden');
  return row;
}

/** @throws AppError 400 for what cannot be, or while a patient counts on the time. */
export async function readChange(
  ctx: WriteContext,
  row: LockedBooking,
  body: Static<typeof BookingChange>,
): Promise<Change> {
  const moves = body.location_id !== undefined || body.doctor_id !== undefined;
  const place = moves
    ? await findPlace(ctx, body.location_id ?? row.location_id, body.doctor_id ?? row.doctor_id)
    : undefined;
  const startsAt = readStartOf(body, place?.timezone ?? row.timezone);
  const change = {
    place,
    startsAt: startsAt?.getTime() === row.starts_at.getTime() ? undefined : startsAt,
    minutes: body.length,
    status: body.status === statusAt(row, ctx.now) ? undefined : body.status,
    recurring: body.recurring ?? row.recurring,
  };
  if (row.has_appointment && (change.startsAt || change.status)) {
    throw new AppError('booking_has_appointment');
  }
  return change;
}

/** A booking as it is after a change; `startsAt` where it differs from what the change says. */
export function applyChange(
  row: BookingRow,
  { place, minutes, status, startsAt }: Change,
  now: Date,
  holdMinutes: number,
): BookingUpdate {
  const starts_at = startsAt ?? row.starts_at;
  const length = minutes ?? lengthMinutes(row);
  return {
    ...row,
    ...(place && {
      practice_id: place.practice_id,
      location_id: place.location_id,
      doctor_id: place.doctor_id,
    }),
    starts_at,
    ends_at: new Date(starts_at.getTime() + length * 60_000),
    ...nextStatus(row, status, now, holdMinutes),
  };
}

/** From open to pending is a hold; every other pending lasts until it is changed. */
function nextStatus(
  row: BookingRow,
  asked: Status | undefined,
  now: Date,
  holdMinutes: number,
): Pick<BookingRow, 'status' | 'held_until'> {
  const status = statusAt(row, now);
  if (asked === undefined || asked === status) {
    return { status, held_until: status === 'pending' ? row.held_until : null };
  }
  const held = status === 'open' && asked === 'pending';
  return {
    status: asked,
    held_until: held ? new Date(now.getTime() + holdMinutes * 60_000) : null,
  };
}
