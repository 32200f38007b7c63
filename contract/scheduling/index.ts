import Type from 'typebox';
import { api, endpoint } from '../endpoint.ts';
import { appointments } from './appointments.ts';
import { bookings } from './bookings.ts';
import { forms } from './forms.ts';
import { patients } from './patients.ts';
import { practices } from './practices.ts';

export const SchedulingError = Type.Object({
  status: Type.String({ description: 'One word for the error.' }),
  message: Type.String({ description: 'What to do.' }),
  errors: Type.Optional(
    Type.Array(Type.Object({ field: Type.String(), message: Type.String() }), {
      description: 'Only for 400: each field and its rule.',
    }),
  ),
  request_id: Type.String(),
});

/** Online scheduling and intake forms. */
export const scheduling = api({
  name: 'scheduling',
  title: 'Heddle Scheduling API',
  description:
    'Openings, holds, patients, appointments and intake forms. Send the access token of ' +
    '`POST /oauth2/token` as the Authorization header, bare or behind `Bearer`. An id that lies ' +
    'outside the reach of the credentials is answered as if it did not exist.',
  error: SchedulingError,
  commonErrors: [
    'unauthorized',
    'missing_scope',
    'not_acceptable',
    'too_many_requests',
    'internal_error',
    'maintenance',
    'overloaded',
  ],
  tokens: true,
  prefixes: ['/scheduling', '/forms', '/oauth2'],
  endpoints: {
    ...practices,
    ...bookings,
    ...patients,
    ...appointments,
    ...forms,
    brewCoffee: endpoint({
      method: 'POST',
      path: '/scheduling/coffee',
      summary: 'Ask for coffee',
      description: 'RFC 2324, section 2.3.2.',
      scope: 'public',
      status: 418,
      answer: SchedulingError,
    }),
  },
});

/** Every scope that an endpoint of this API asks for. */
export const schedulingScopes: readonly string[] = [
  ...new Set(Object.values(scheduling.endpoints).map((one) => one.scope)),
].filter((scope) => scope !== 'public');
