import { named, read, readAppointment, withAndAt } from './reading.ts';
import { channel, messaging, patientNames, type Ready, say, scheduling } from './ready.ts';

const parameters = [channel, patientNames, scheduling, messaging];

export const newAppointment: Ready = {
  id: 'new-appointment',
  name: 'A new appointment to a channel',
  description: 'When somebody books, says in a channel when that is, with whom and where.',
  parameters,
  make: (given) => ({
    trigger: {
      type: 'record_created',
      connection_id: given.text(scheduling.name),
      object: 'appointments',
    },
    actions: [
      ...readAppointment(given),
      say(given, `New appointment${named(given, ' for ')}${withAndAt}: {{record.when}}`),
    ],
  }),
};

export const cancelledAppointment: Ready = {
  id: 'cancelled-appointment',
  name: 'A cancelled appointment to the front desk',
  description:
    'When an appointment is cancelled, says in a channel which one, and whether somebody who waits can have its time.',
  parameters,
  make: (given) => ({
    trigger: {
      type: 'field_changed',
      connection_id: given.text(scheduling.name),
      object: 'appointments',
      field: 'status',
      filter: "status = 'cancelled'",
    },
    actions: [
      ...readAppointment(given),
      say(
        given,
        `Cancelled: the appointment${named(given, ' of ')}${withAndAt} on {{record.when}}.` +
          '{{#record.is_free}} The time is open again, for somebody who waits.{{/record.is_free}}',
      ),
    ],
  }),
};

/** What is said of it. */
const ofAppointment = [
  ...['booking_id', 'booking_patient_id', 'appointment_datetime'],
  ...['practice_name', 'location_name', 'doctor_name'],
];

export const completedForm: Ready = {
  id: 'completed-form',
  name: 'A completed form to a channel',
  description: 'When a patient has completed a form, says in a channel for which appointment.',
  parameters,
  make: (given) => ({
    trigger: {
      type: 'record_created',
      connection_id: given.text(scheduling.name),
      object: 'forms',
    },
    actions: [
      // Answers and document are of no use here, so no step keeps them.
      { type: 'transform', config: { jsonata: "{'appointment_guid': appointment_guid}" } },
      read(given, 'appointment', 'appointments', '{{record.appointment_guid}}', 'guid'),
      {
        type: 'transform',
        config: {
          set: Object.fromEntries(
            ofAppointment.map((name) => [name, `{{steps.appointment.output.records.0.${name}}}`]),
          ),
        },
      },
      ...readAppointment(given),
      say(
        given,
        `A form is complete: the one${named(given, ' of ')} for the appointment${withAndAt} on {{record.when}}.`,
      ),
    ],
  }),
};
