import type { WriteContext } from '../../platform/context.ts';
import { shortId } from '../../runtime/ids.ts';
import { createBooking, updateBooking } from '../../scheduling/bookings/bookings.ts';
import type { BookingRow } from '../../scheduling/bookings/shape.ts';
import { completeForm } from '../../scheduling/forms/forms.ts';
import { insertForm } from '../../scheduling/forms/store.ts';
import { createPatient } from '../../scheduling/patients/patients.ts';
import type { createPractice } from '../../scheduling/practices/practices.ts';
import { formAnswers, formFields, formTitle } from './form.ts';
import { people, phones, zips } from './practices.ts';

type Practice = Awaited<ReturnType<typeof createPractice>>;

/** Every so many openings one is booked, and one is held. */
const bookedEvery = 9;
const heldPlaces = [4, 15];

/** Fills a practice with life: appointments, holds, weekly openings, and a completed form. */
export async function liven(
  ctx: WriteContext,
  practice: Practice,
  country: string,
  openings: readonly BookingRow[],
  place: number,
): Promise<void> {
  const form = { practiceId: openings[0]?.practice_id ?? 0, title: formTitle, fields: formFields };
  await insertForm(ctx.tx, ctx.organization, { ...form, now: ctx.now });
  for (const [index, person] of people.entries()) {
    const booking = openings[index * bookedEvery + place];
    if (!booking) continue;
    const { appointment_id } = await book(ctx, booking, person, country);
    if (index === 0) await complete(ctx, appointment_id);
  }
  for (const index of heldPlaces) {
    const booking = openings[index + place * 2];
    const params = { id: shortId('booking', booking?.id ?? 0) };
    await updateBooking(ctx, { params, query: {}, body: { status: 'pending' } });
  }
  await openWeekly(ctx, practice);
}

async function book(
  ctx: WriteContext,
  booking: BookingRow,
  person: (typeof people)[number],
  country: string,
) {
  const address = `${person.first_name}.${person.last_name}`.normalize('NFD').toLowerCase();
  return createPatient(ctx, {
    params: {},
    query: {},
    body: {
      booking_id: booking.id,
      ...person,
      email: `${address.replace(/[^a-z.]/g, '')}@mail.example`,
      phone: phones[country] ?? '+1 217 555 0142',
      zip_code: zips[country] ?? '62701',
    },
  });
}

async function complete(ctx: WriteContext, appointmentId: number): Promise<void> {
  await completeForm(ctx, appointmentId, {
    answers: formAnswers,
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
