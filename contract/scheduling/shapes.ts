import Type, { type Static } from 'typebox';
import { IntegerId, ShortId, Timestamp } from '../shapes.ts';

export const BookingStatus = Type.Union(
  [Type.Literal('open'), Type.Literal('pending'), Type.Literal('booked')],
  {
    description:
      'open: can be booked. pending: out of public view while a patient completes the sign-up ' +
      'form. booked: there is an appointment, or its creator took the time for something else.',
  },
);

export const Booking = Type.Object(
  {
    id: ShortId,
    status: BookingStatus,
    length: Type.Integer({ description: 'Minutes.' }),
    recurring: Type.Boolean({
      description: 'Weekly, at the same wall-clock time of the location.',
    }),
    start_datetime: Type.String({
      format: 'date-time',
      description: "In the location's time zone, with its offset and milliseconds.",
      examples: ['2026-09-25T16:44:00.000-06:00'],
    }),
    location_id: ShortId,
    doctor_id: ShortId,
    series_id: Type.Optional(
      Type.String({ ...ShortId, description: 'The id of the booking that began the series.' }),
    ),
    held_until: Type.Optional(
      Type.String({ ...Timestamp, description: 'When a hold ends and the booking is open again.' }),
    ),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Booking' },
);
export type Booking = Static<typeof Booking>;

export const Appointment = Type.Object(
  {
    id: IntegerId,
    guid: Type.String({ format: 'uuid' }),
    status: Type.Union([Type.Literal('scheduled'), Type.Literal('cancelled')]),
    appointment_datetime: Timestamp,
    booking_patient_id: Type.Integer({ ...IntegerId, description: "The patient's id." }),
    booking_id: IntegerId,
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Appointment' },
);
export type Appointment = Static<typeof Appointment>;
