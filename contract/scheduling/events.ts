import Type from 'typebox';
import { IntegerId, ShortId, Timestamp } from '../shapes.ts';
import { Appointment, Booking } from './shapes.ts';

const times = { created_at: Timestamp, updated_at: Timestamp };

export const events = {
  'booking.created': Booking,
  'booking.updated': Booking,
  'booking.deleted': Type.Object({ id: ShortId, status: Type.Literal('closed') }),
  'patient.created': Type.Object({
    id: IntegerId,
    booking_id: IntegerId,
    location_id: ShortId,
    ...times,
  }),
  'patient.erased': Type.Object({ id: IntegerId }),
  'appointment.created': Appointment,
  'appointment.updated': Appointment,
  'appointment.cancelled': Appointment,
  'form.completed': Type.Object({
    appointment_guid: Type.String({ format: 'uuid' }),
    submitted_at: Timestamp,
  }),
};
