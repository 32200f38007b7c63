import type { Given } from './ready.ts';
import { patientNames, scheduling } from './ready.ts';

/**
 * The time of the booking as people say it where the appointment is, and without a booking that of the
 * appointment. Offsets are those that the API shows: a place needs no name here.
 */
const saying = `(
  $at := start ? start : appointment_datetime ? $string(appointment_datetime);
  $zone := start ? $replace($match(start, /[+-]\\d\\d:?\\d\\d$/).match, ':', '') : '+0000';
  $said := $at ? $fromMillis($toMillis($at), '[FNn], [D] [MNn], [h]:[m01] [P]', $zone ? $zone : '+0000');
  $merge([$, {'when': start ? $said : $said ? $said & ' UTC' : '(time unknown)', 'is_free': state = 'open'}])
)`;

/** Reads one record of Scheduling by what names it. */
export function read(given: Given, name: string, object: string, id: string, by = 'id') {
  const connection_id = given.text(scheduling.name);
  const filter = `${by} = '${id}'`;
  return { type: 'query', name, connection_id, object, filter, limit: 1 };
}

/** The time of an appointment for \`{{record.when}}\`, and where it is asked for, who has it. */
export function readAppointment(given: Given) {
  const booking = 'steps.booking.output.records.0';
  return [
    read(given, 'booking', 'bookings', '{{record.booking_id}}'),
    ...(given.is(patientNames.name)
      ? [read(given, 'patient', 'patients', '{{record.booking_patient_id}}')]
      : []),
    {
      type: 'transform',
      config: { set: { start: `{{${booking}.start_local}}`, state: `{{${booking}.status}}` } },
    },
    { type: 'transform', config: { jsonata: saying } },
  ];
}

/** The name of the patient, where it is asked for, with what stands before it. */
export function named(given: Given, before: string): string {
  if (!given.is(patientNames.name)) return '';
  const words = `${before}{{first_name}} {{last_name}}`;
  return `{{#steps.patient.output.records}}${words}{{/steps.patient.output.records}}`;
}

/** With whom and where, as far as the connection may read what practices are called. */
export const withAndAt =
  '{{#record.doctor_name}} with {{record.doctor_name}}{{/record.doctor_name}}' +
  '{{#record.location_name}} at {{record.practice_name}}, {{record.location_name}}{{/record.location_name}}';
