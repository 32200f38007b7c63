import type { Samples } from '../samples.ts';
import type { scheduling } from './index.ts';

const plain = () => ({});

export const samples: Samples<keyof (typeof scheduling)['endpoints']> = {
  listPractices: plain,
  listLocations: plain,
  listDoctors: plain,
  createBooking: ({ ids, day }) => ({
    body: { location_id: ids.location, doctor_id: ids.doctor, start: `${day}T20:00` },
  }),
  getBooking: plain,
  updateBooking: () => ({ body: { length: 45 } }),
  listPracticeBookings: plain,
  listLocationBookings: plain,
  createPatient: ({ ids }) => ({
    body: {
      booking_id: ids.booking,
      first_name: 'Ada',
      last_name: 'Lovelace',
      phone: '555 555 1234',
      email: 'ada@example.com',
      zip_code: '60601',
    },
  }),
  listPatients: plain,
  listAppointments: plain,
  listFormGuids: ({ day }) => ({ query: { since: `${dayOf(day, -31)}T00:00:00Z` } }),
  getForm: ({ ids }) => ({ query: { appointment_guid: ids.guid ?? '' } }),
  cancelAppointment: plain,
  deleteBooking: plain,
  brewCoffee: plain,
};

function dayOf(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
}
