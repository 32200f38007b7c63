import Type from 'typebox';
import { BookingChange, NewBooking } from '../../../contract/scheduling/bookings.ts';
import { CompletedForm } from '../../../contract/scheduling/forms.ts';
import { NewPatient, Patient } from '../../../contract/scheduling/patients.ts';
import { Appointment, Booking } from '../../../contract/scheduling/shapes.ts';
import type { ReadContext } from '../../platform/context.ts';
import type { ObjectRecord, ProductObject, ProductObjects } from '../../platform/objects.ts';
import { lookupId, shortId } from '../../runtime/ids.ts';
import { cancelAppointment, guidForm } from '../appointments/appointments.ts';
import { showAppointment } from '../appointments/shape.ts';
import { selectAppointment, selectAppointmentsPicked } from '../appointments/store.ts';
import { createBooking } from '../bookings/bookings.ts';
import { showBooking } from '../bookings/shape.ts';
import { selectBookingsPicked, selectBookingsReached } from '../bookings/store.ts';
import { deleteBooking } from '../editing/delete.ts';
import { updateBooking } from '../editing/update.ts';
import { showForm } from '../forms/forms.ts';
import { selectCompletedFormsPicked, selectCompletedFormsReached } from '../forms/store.ts';
import { createPatient, showPatient } from '../patients/patients.ts';
import { selectPatientsPicked } from '../patients/store.ts';
import { reachOf } from '../reach.ts';
import { agents } from './agents.ts';
import { names, placeNames, showNames } from './names.ts';
import { digits, reading } from './reading.ts';

/** Each has a document in it. */
const formsAtOnce = 20;

// What is given has passed the schema of its object before it comes here.
const unread = { params: {}, query: {} };

const patients: ProductObject = {
  name: 'patients',
  shape: Type.Object({ ...Patient.properties, ...placeNames }),
  key: 'id',
  read: {
    scope: 'patients/get',
    changes: {
      'patient.created': ({ subject }) => subject,
      'patient.erased': ({ subject }) => subject,
      // A patient moves with the appointment.
      'appointment.updated': ({ data }) => String(data.booking_patient_id),
    },
    ...reading(selectPatientsPicked, {
      show: (row, { caller }) => ({ ...showPatient(row), ...showNames(row, caller) }),
      number: digits,
      subject: ({ id }) => `patient ${id}`,
    }),
  },
  insert: {
    scope: 'patients/post',
    given: NewPatient,
    write: async (ctx, body) => {
      const { patient_id } = await createPatient(ctx, { ...unread, body: body as never });
      return String(patient_id);
    },
  },
};

const readingAppointments = reading(selectAppointmentsPicked, {
  show: (row, { caller }) => ({ ...showAppointment(row), ...showNames(row, caller) }),
  number: digits,
  subject: (row) => `patient ${row.patient_id}`,
});

/** Of the appointment that a form names. */
async function numberOf(ctx: ReadContext, guid: string): Promise<string[]> {
  const { latest, organization, caller } = ctx;
  const row = await selectAppointment(latest, organization, { guid }, reachOf(caller));
  return row ? [String(row.id)] : [];
}

const appointments: ProductObject = {
  name: 'appointments',
  shape: Type.Object({ ...Appointment.properties, ...names }),
  key: 'id',
  names: ['guid'],
  read: {
    scope: 'appointments/get',
    changes: {
      'appointment.created': ({ data }) => String(data.id),
      'appointment.updated': ({ data }) => String(data.id),
      'appointment.cancelled': ({ data }) => String(data.id),
    },
    ...readingAppointments,
    find: async (ctx, keys) => {
      const guids = keys.filter((key) => guidForm.test(key));
      const numbers = await Promise.all(guids.map((guid) => numberOf(ctx, guid)));
      return readingAppointments.find(ctx, [
        ...keys.filter((key) => !guids.includes(key)),
        ...numbers.flat(),
      ]);
    },
    reached: async ({ latest, organization, caller }, keys) => {
      const ids = keys.map(digits);
      const rows = await selectAppointmentsPicked(latest, organization, reachOf(caller), { ids });
      return rows.map((row) => ({ key: String(row.id), subject: `patient ${row.patient_id}` }));
    },
  },
  delete: {
    scope: 'appointments/delete',
    write: (ctx, id) => cancelAppointment(ctx, { params: { id }, query: {}, body: undefined }),
  },
};

/** A time is the same wherever it is read; this one is as it is said where the booking is. */
const SaidBooking = Type.Object({
  ...Booking.properties,
  start_local: Type.String({ description: 'The start with the offset of the location, as text.' }),
  ...names,
});

const bookings: ProductObject = {
  name: 'bookings',
  shape: SaidBooking,
  key: 'id',
  read: {
    scope: 'bookings/get',
    changes: {
      'booking.created': ({ subject }) => subject,
      'booking.updated': ({ subject }) => subject,
    },
    ...reading(selectBookingsPicked, {
      show: (row, { now, caller }) => {
        const shown = showBooking(row, now);
        return { ...shown, start_local: shown.start_datetime, ...showNames(row, caller) };
      },
      number: (key) => lookupId('booking', key),
    }),
    reached: async ({ latest, organization, caller }, keys) => {
      const ids = keys.map((key) => lookupId('booking', key));
      const reached = await selectBookingsReached(latest, organization, reachOf(caller), ids);
      return reached.map((id) => ({ key: shortId('booking', id) }));
    },
  },
  insert: {
    scope: 'bookings/post',
    given: NewBooking,
    write: async (ctx, body) => {
      const { id } = await createBooking(ctx, { ...unread, body: body as never });
      return id;
    },
  },
  update: {
    scope: 'bookings/put',
    given: BookingChange,
    write: (ctx, id, body) =>
      updateBooking(ctx, { params: { id }, query: {}, body: body as never }),
  },
  delete: {
    scope: 'bookings/delete',
    write: (ctx, id) => deleteBooking(ctx, { params: { id }, query: {}, body: undefined }),
  },
};

const forms: ProductObject = {
  name: 'forms',
  shape: CompletedForm,
  key: 'appointment_guid',
  read: {
    scope: 'forms/get',
    pageMax: formsAtOnce,
    changes: { 'form.completed': ({ subject }) => subject },
    page: (ctx, after = '0', limit) => pickForms(ctx, { after: digits(after), limit }),
    find: (ctx, guids) => pickForms(ctx, { guids: guids.filter((one) => guidForm.test(one)) }),
    reached: async ({ latest, organization, caller }, keys) => {
      const guids = keys.filter((one) => guidForm.test(one));
      const rows = await selectCompletedFormsReached(latest, organization, reachOf(caller), guids);
      return rows.map(({ guid, patient_id }) => ({ key: guid, subject: `patient ${patient_id}` }));
    },
  },
};

async function pickForms(
  { latest, organization, caller }: ReadContext,
  by: { after: number; limit: number } | { guids: readonly string[] },
): Promise<ObjectRecord[]> {
  const rows = await selectCompletedFormsPicked(latest, organization, reachOf(caller), by);
  return rows.map((row) => ({
    place: String(row.id),
    members: showForm(row),
    subject: `patient ${row.patient_id}`,
  }));
}

export const objects: ProductObjects = {
  ...agents,
  objects: [appointments, bookings, forms, patients],
};
