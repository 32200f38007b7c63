import type { NewEvent } from '../../runtime/events/events.ts';
import { shortId } from '../../runtime/ids.ts';
import { type BookingRow, showBooking } from './shape.ts';

export function creationOf(row: BookingRow, now: Date): NewEvent {
  const data = showBooking(row, now);
  return { type: 'booking.created', subject: data.id, data };
}

export function updateOf(row: BookingRow, now: Date): NewEvent {
  const data = showBooking(row, now);
  return { type: 'booking.updated', subject: data.id, data };
}

export function deletionOf({ id: number }: Pick<BookingRow, 'id'>): NewEvent {
  const id = shortId('booking', number);
  return { type: 'booking.deleted', subject: id, data: { id, status: 'closed' } };
}
