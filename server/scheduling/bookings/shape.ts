import type { Booking } from '../../../contract/scheduling/shapes.ts';
import { shortId } from '../../runtime/ids.ts';
import { wallTime } from '../../runtime/zones.ts';
import type { Owner } from '../owners.ts';

export type Status = 'open' | 'pending' | 'booked' | 'closed';

export type BookingRow = Owner & {
  id: number;
  practice_id: number;
  location_id: number;
  doctor_id: number;
  status: Status;
  starts_at: Date;
  ends_at: Date;
  held_until: Date | null;
  recurring: boolean;
  series_id: number | null;
  series_index: number | null;
  created_at: Date;
  updated_at: Date;
  timezone: string;
};

/**
 * The status now: a hold ends by itself, and then the booking is open, whether or not a job has
 * run.
 */
export function statusAt({ status, held_until }: BookingRow, now: Date): Status {
  return status === 'pending' && held_until !== null && held_until <= now ? 'open' : status;
}

export function lengthMinutes({ starts_at, ends_at }: { starts_at: Date; ends_at: Date }): number {
  return (ends_at.getTime() - starts_at.getTime()) / 60_000;
}

/** A booking as the API shows it. */
export function showBooking(row: BookingRow, now: Date): Booking {
  const status = statusAt(row, now);
  return {
    id: shortId('booking', row.id),
    status: status as Booking['status'],
    length: lengthMinutes(row),
    recurring: row.recurring,
    start_datetime: wallTime(row.timezone, row.starts_at.getTime()),
    location_id: shortId('location', row.location_id),
    doctor_id: shortId('doctor', row.doctor_id),
    ...(row.series_id === null ? {} : { series_id: shortId('booking', row.series_id) }),
    ...(status === 'pending' && row.held_until ? { held_until: row.held_until.toISOString() } : {}),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
