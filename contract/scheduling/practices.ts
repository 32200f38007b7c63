import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { PathId, ShortId } from '../shapes.ts';

export const Practice = Type.Object(
  {
    id: ShortId,
    name: Type.String(),
    locations: Type.Array(Type.Object({ id: ShortId, name: Type.String() })),
  },
  { title: 'Practice' },
);

export const Location = Type.Object(
  {
    id: ShortId,
    name: Type.String(),
    website: Type.String(),
    street_address: Type.String(),
    secondary_address: Type.String(),
    city: Type.String(),
    state: Type.String(),
    zip: Type.String(),
    timezone: Type.String({ description: 'IANA time zone.', examples: ['America/Chicago'] }),
  },
  { title: 'Location' },
);

export const Doctor = Type.Object({ id: ShortId, name: Type.String() }, { title: 'Doctor' });

export const practices = {
  listPractices: endpoint({
    method: 'GET',
    path: '/scheduling/practices',
    summary: 'List practices',
    description: 'Every practice within reach of these credentials, with its locations, by name.',
    scope: 'practices/get',
    status: 200,
    answer: Type.Array(Practice),
  }),
  listLocations: endpoint({
    method: 'GET',
    path: '/scheduling/locations',
    summary: 'List locations',
    description: 'Every location of the practices within reach, by name. Unknown parts are "".',
    scope: 'locations/get',
    status: 200,
    answer: Type.Array(Location),
  }),
  listDoctors: endpoint({
    method: 'GET',
    path: '/scheduling/practices/:id/doctors',
    summary: 'List the doctors of a practice',
    description: 'By name; a booking takes the id of one of them as doctor_id.',
    scope: 'practices/get',
    params: Type.Object({ id: PathId }),
    status: 200,
    answer: Type.Array(Doctor),
    errors: ['not_found'],
  }),
};
