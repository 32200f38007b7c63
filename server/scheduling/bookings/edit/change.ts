import type { Static } from 'typebox';
import type { BookingChange } from '../../../../contract/scheduling/bookings.ts';
import { type FoundPlace, readStartOf } from '../place.ts';
import { type BookingRow, lengthMinutes, type Status, statusAt } from '../shape.ts';
import type { BookingUpdate } from '../store.ts';
import type { Reading } from './store.ts';

type Body = Static<typeof BookingChange>;
type Scope = 'one' | 'following' | undefined;

/** What is to change, each member undefined where nothing does. */
export type Change = {
  place?: FoundPlace | undefined;
  startsAt?: Date | undefined;
  minutes?: number | undefined;
  status?: 'open' | 'pending' | 'booked' | undefined;
};

/** What a body asks of a booking. @throws AppError 400 for a start that is none */
export function changeOf(
  row: BookingRow,
  body: Body,
  place: FoundPlace | undefined,
  now: Date,
): Change {
  const startsAt = readStartOf(body, place?.timezone ?? row.timezone);
  return {
    place,
    startsAt: startsAt?.getTime() === row.starts_at.getTime() ? undefined : startsAt,
    minutes: body.length,
    status: body.status === statusAt(row, now) ? undefined : body.status,
  };
}

/** For which bookings a change, or a deletion (without a body), extends to later occurrences. */
export function readingOf(scope: Scope, body?: Body): Reading {
  if (body?.recurring === false) return 'of any';
  if (scope === 'one' || (body && !changesPattern(body))) return 'of none';
  return scope === 'following' ? 'of any' : 'of the first';
}

/** A status is of one occurrence; a time, a length, a place and a doctor are of the series. */
function changesPattern({ start_datetime, start, length, location_id, doctor_id }: Body): boolean {
  return [start_datetime, start, length, location_id, doctor_id].some((one) => one !== undefined);
}

/** A booking as it is after a change. */
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

/** From open to pending is a hold; any other pending lasts until it is changed. */
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
