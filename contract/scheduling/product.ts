import { product as define } from '../product.ts';
import { errors } from './errors.ts';
import { events } from './events.ts';

/** Openings, bookings, patients and their forms. */
export const product = define({
  rank: 1,
  nouns: ['practice', 'location', 'doctor', 'booking'],
  errors,
  events,
  actions: [
    'practice.create',
    'practice.change',
    'location.create',
    'location.change',
    'location.remove',
    'doctor.create',
    'doctor.change',
    'doctor.remove',
    'booking.create',
    'booking.update',
    'booking.delete',
    'appointment.create',
    'appointment.cancel',
    'form.create',
    'form.complete',
    'patient.erase',
  ],
});
