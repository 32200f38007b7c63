import Type, { type Static } from 'typebox';
import { endpoint } from '../endpoint.ts';
import {
  IntegerId,
  PathId,
  SinceQuery,
  sinceDescription,
  sinceHeaders,
  Timestamp,
} from '../shapes.ts';

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

export const appointments = {
  listAppointments: endpoint({
    method: 'GET',
    path: '/scheduling/practices/:id/appointments',
    aliases: ['/scheduling/practice/:id/appointments'],
    summary: 'Poll the appointments of a practice',
    description: sinceDescription,
    scope: 'appointments/get',
    params: Type.Object({ id: PathId }),
    query: SinceQuery,
    status: 200,
    answer: Type.Array(Appointment),
    answerHeaders: sinceHeaders,
    errors: ['invalid_request', 'not_found'],
  }),
  cancelAppointment: endpoint({
    method: 'DELETE',
    path: '/scheduling/appointments/:id',
    summary: 'Cancel an appointment',
    description:
      'Only by the consumer that made it; takes the integer id or the GUID. Patient and practice ' +
      'are told by mail. The booking opens again when it lies in the future.',
    scope: 'appointments/delete',
    params: Type.Object({
      id: Type.String({ minLength: 1, maxLength: 64, description: 'The integer or the GUID.' }),
    }),
    status: 200,
    answer: Type.Object({
      id: Type.String({ format: 'uuid' }),
      status: Type.Literal('Cancelled'),
    }),
    errors: ['forbidden', 'not_found', 'gone'],
  }),
};
