import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { PathId, SinceQuery, sinceDescription, sinceHeaders } from '../shapes.ts';
import { Appointment } from './shapes.ts';

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
