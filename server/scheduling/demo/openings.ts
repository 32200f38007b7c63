import type { WriteContext } from '../../platform/context.ts';
import { publish } from '../../runtime/events/events.ts';
import { readId } from '../../runtime/ids.ts';
import { type BookingRow, showBooking } from '../bookings/shape.ts';
import { insertBookings, type NewBookingRow } from '../bookings/store.ts';
import { ownerOf } from '../owners.ts';
import type { createPractice } from '../practices/practices.ts';
import { openingLengths, openingMinutes } from './practices.ts';

type Practice = Awaited<ReturnType<typeof createPractice>>;

const weeks = 8;

/** Openings on every working day of eight weeks, from tomorrow, for each doctor of a practice. */
export async function openDays(ctx: WriteContext, practice: Practice): Promise<BookingRow[]> {
  const bookings = practice.doctors.flatMap((doctor, place) => {
    const location = practice.locations[place % practice.locations.length];
    return location ? daysOf(ctx, practice, location, doctor.id, place) : [];
  });
  const rows = await insertBookings(ctx.tx, ctx.organization, ctx.now, bookings);
  const events = rows.map((row) => {
    const data = showBooking(row, ctx.now);
    return { type: 'booking.created' as const, subject: data.id, data };
  });
  await publish(ctx.tx, ctx.organization, ctx.now, events);
  return rows;
}

function daysOf(
  { caller, now }: WriteContext,
  practice: Practice,
  location: Practice['locations'][number],
  doctor: string,
  place: number,
): NewBookingRow[] {
  const today = now.toTemporalInstant().toZonedDateTimeISO(location.timezone).toPlainDate();
  const days = Array.from({ length: weeks * 7 }, (_, day) => today.add({ days: day + 1 }));
  const working = days.filter((day) => day.dayOfWeek <= 5 && (day.dayOfWeek + place) % 5 !== 0);
  return working.flatMap((day) =>
    openingMinutes.map((minutes, slot) => {
      const start = day.toZonedDateTime({
        timeZone: location.timezone,
        plainTime: { hour: Math.floor(minutes / 60), minute: minutes % 60 },
      });
      const starts_at = new Date(start.epochMilliseconds);
      return {
        practice_id: readId('practice', practice.id) as number,
        location_id: readId('location', location.id) as number,
        doctor_id: readId('doctor', doctor) as number,
        ...ownerOf(caller),
        status: 'open',
        starts_at,
        ends_at: new Date(starts_at.getTime() + (openingLengths[slot] ?? 60) * 60_000),
        recurring: false,
        series_id: null,
        series_index: null,
      };
    }),
  );
}
