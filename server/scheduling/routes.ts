import type { scheduling } from '../../contract/scheduling/index.ts';
import type { Routes } from '../platform/api/routes.ts';
import type { Listener } from '../runtime/database/listener.ts';
import { AppError } from '../runtime/errors.ts';
import { lookupId } from '../runtime/ids.ts';
import { cancelAppointment, listAppointments } from './appointments/appointments.ts';
import { createBooking, getBooking } from './bookings/bookings.ts';
import { KeptLists } from './bookings/listing/kept-lists.ts';
import { listBookings } from './bookings/listing/listing.ts';
import { deleteBooking } from './editing/delete.ts';
import { updateBooking } from './editing/update.ts';
import { getForm, listFormGuids } from './forms/forms.ts';
import { createPatient, listPatients } from './patients/patients.ts';
import { listDoctors, listLocations, listPractices } from './practices/practices.ts';

type Services = { listener: Listener };

/** Every endpoint of the Scheduling API and the function behind it. */
export function schedulingRoutes({ listener }: Services): Routes<typeof scheduling> {
  const kept = new KeptLists(listener);
  return {
    listPractices,
    listLocations,
    listDoctors,
    listPracticeBookings: (ctx, { params, query }) => {
      const practiceId = lookupId('practice', params.id);
      return listBookings(kept, ctx, { practiceId }, query.status ?? ['open']);
    },
    listLocationBookings: (ctx, { params, query }) => {
      const locationId = lookupId('location', params.id);
      return listBookings(kept, ctx, { locationId }, query.status ?? ['open']);
    },
    getBooking,
    createBooking,
    updateBooking,
    deleteBooking,
    createPatient,
    listPatients,
    listAppointments,
    cancelAppointment,
    listFormGuids,
    getForm,
    brewCoffee: () => {
      throw new AppError('teapot');
    },
  };
}
