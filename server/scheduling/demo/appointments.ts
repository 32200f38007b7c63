import type { WriteContext } from '../../platform/context.ts';
import { shortId } from '../../runtime/ids.ts';
import { createBooking } from '../bookings/bookings.ts';
import type { BookingRow } from '../bookings/shape.ts';
import { updateBooking } from '../editing/update.ts';
import { completeForm } from '../forms/forms.ts';
import { insertForm } from '../forms/store.ts';
import { createPatient } from '../patients/patients.ts';
import type { createPractice } from '../practices/practices.ts';
import { answersOf, formFields, formTitle } from './form.ts';
import type { Neighbourhood, Person } from './people.ts';

type Practice = Awaited<ReturnType<typeof createPractice>>;

/** Every so many openings one is booked; these are held. */
const bookedEvery = 9;
const heldPlaces = [4, 15];

/** Fills a practice: appointments, holds, weekly openings, and a completed form. */
export async function liven(
  ctx: WriteContext,
  practice: Practice,
  neighbourhood: Neighbourhood,
  openings: readonly BookingRow[],
): Promise<void> {
  const form = { practiceId: openings[0]?.practice_id ?? 0, title: formTitle, fields: formFields };
  await insertForm(ctx.tx, ctx.organization, { ...form, now: ctx.now });
  for (const [place, person] of neighbourhood.people.entries()) {
    const booking = openings[place * bookedEvery];
    if (!booking) continue;
    const { appointment_id } = await book(ctx, booking, neighbourhood, place);
    if (place === 0) await complete(ctx, appointment_id, answersOf(person, neighbourhood));
  }
  for (const place of heldPlaces) {
    const params = { id: shortId('booking', openings[place]?.id ?? 0) };
    await updateBooking(ctx, { params, query: {}, body: { status: 'pending' } });
  }
  await openWeekly(ctx, practice);
}

async function book(
  ctx: WriteContext,
  booking: BookingRow,
  { people, phone, zips }: Neighbourhood,
  place: number,
) {
  const person = people[place] as Person;
  const address = `${person.first_name}.${person.last_name}`.normalize('NFD').toLowerCase();
  return createPatient(ctx, {
    params: {},
    query: {},
    body: {
      booking_id: booking.id,
      ...person,
      email: `${address.replace(/[^a-z.]/g, '')}@mail.example`,
      phone: phone(place),
      zip_code: zips[place % zips.length] as string,
    },
  });
}

async function complete(
  ctx: WriteContext,
  appointmentId: number,
  answers: Record<string, string>,
): Promise<void> {
  await completeForm(ctx, appointmentId, {
    answers,
    ip: '203.0.113.24',
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Safari/605.1.15',
  });
}

/** Saturday mornings, every week from the next one on, with the first two doctors. */
async function openWeekly(ctx: WriteContext, practice: Practice): Promise<void> {
  const [location] = practice.locations;
  if (!location) return;
  const today = ctx.now.toTemporalInstant().toZonedDateTimeISO(location.timezone).toPlainDate();
  const saturday = today.add({ days: 1 + ((12 - today.dayOfWeek) % 7) });
  for (const [index, doctor] of practice.doctors.slice(0, 2).entries()) {
    await createBooking(ctx, {
      params: {},
      query: {},
      body: {
        start_datetime: `${saturday.toString()}T${index === 0 ? '09:00' : '10:00'}:00`,
        status: 'open',
        recurring: true,
        length: 45,
        location_id: location.id,
        doctor_id: doctor.id,
      },
    });
  }
}
