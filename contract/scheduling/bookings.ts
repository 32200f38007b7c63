import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { AnyId, PathId, ShortId } from '../shapes.ts';
import { Booking, BookingStatus } from './shapes.ts';

export const lengthMinutesMax = 1440;

const start = Type.String({
  minLength: 1,
  maxLength: 100,
  description:
    "ISO 8601 with an offset, or without one and then in the location's time zone, or RFC 9557 " +
    'with the zone in brackets (refused when offset and zone disagree). Years 1900 to 2199. A new ' +
    'booking needs it, under one of its two names.',
});
const members = {
  start_datetime: Type.Optional(start),
  start: Type.Optional(Type.String({ ...start, description: 'Another name of start_datetime.' })),
  status: Type.Optional(BookingStatus),
  recurring: Type.Optional(
    Type.Boolean({
      description:
        'Occurrences are bookings of their own, kept 12 weeks ahead, all with one series_id. ' +
        'Given as true to PUT, a series of open occurrences starts at the booking; false ends it ' +
        'after this one.',
    }),
  ),
  length: Type.Optional(
    Type.Integer({ minimum: 1, maximum: lengthMinutesMax, description: 'Minutes.' }),
  ),
};

export const NewBooking = Type.Object(
  { ...members, location_id: AnyId, doctor_id: AnyId },
  {
    title: 'NewBooking',
    examples: [
      {
        start_datetime: '2027-03-01T09:00:00',
        status: 'open',
        recurring: false,
        length: 45,
        location_id: 'gIJiU',
        doctor_id: 'pIltN',
      },
    ],
  },
);
export const BookingChange = Type.Object(
  {
    ...members,
    location_id: Type.Optional(AnyId),
    doctor_id: Type.Optional(AnyId),
  },
  { title: 'BookingChange', examples: [{ status: 'pending' }] },
);

const StatusQuery = Type.Object({
  status: Type.Optional(
    Type.Array(BookingStatus, {
      maxItems: 20,
      description:
        'The key may come as `status[]`, `status[0]` or `status`, several times, or once with commas; ' +
        'by default open.',
    }),
  ),
});
const ById = Type.Object({ id: PathId });
const ScopeQuery = Type.Object({
  scope: Type.Optional(
    Type.Union([Type.Literal('one'), Type.Literal('following')], {
      description:
        'one: this occurrence alone. following: also the later occurrences of its series. By ' +
        'default following for the id that began the series, and one for every other.',
    }),
  ),
});
const seriesHeaders = {
  'Series-Changed': 'Where a series was meant: how many bookings were changed or deleted.',
  'Series-Kept':
    'Where a series was meant: the ids, this one included, that stayed because they have an ' +
    'appointment or are over.',
};
const openList =
  'By start. Open bookings are those that can be booked now: what has started, and what overlaps ' +
  'a pending or booked booking of the same doctor, is left out.';

export const bookings = {
  listPracticeBookings: endpoint({
    method: 'GET',
    path: '/scheduling/practices/:id/bookings',
    summary: 'List the bookings of a practice',
    description: openList,
    scope: 'bookings/get',
    params: ById,
    query: StatusQuery,
    status: 200,
    answer: Type.Array(Booking),
    errors: ['invalid_request', 'not_found'],
  }),
  listLocationBookings: endpoint({
    method: 'GET',
    path: '/scheduling/locations/:id/bookings',
    summary: 'List the bookings of a location',
    description: openList,
    scope: 'bookings/get',
    params: ById,
    query: StatusQuery,
    status: 200,
    answer: Type.Array(Booking),
    errors: ['invalid_request', 'not_found'],
  }),
  getBooking: endpoint({
    method: 'GET',
    path: '/scheduling/bookings/:id',
    summary: 'Get a booking',
    description:
      'An opening that overlaps a pending or booked booking of the same doctor is left out of open ' +
      'lists; here it shows that booking’s status and held_until.',
    scope: 'bookings/get',
    params: ById,
    status: 200,
    answer: Booking,
    errors: ['not_found', 'gone'],
  }),
  createBooking: endpoint({
    method: 'POST',
    path: '/scheduling/bookings',
    summary: 'Create a booking',
    description:
      'A pending or booked one is refused where another pending or booked booking of the doctor ' +
      'overlaps. One that is created as pending does not expire.',
    scope: 'bookings/post',
    body: NewBooking,
    idempotent: true,
    status: 201,
    answer: Booking,
    errors: ['invalid_request', 'doctor_unavailable', 'idempotency_mismatch'],
  }),
  updateBooking: endpoint({
    method: 'PUT',
    path: '/scheduling/bookings/:id',
    summary: 'Change a booking',
    description:
      'Any subset of the attributes; only by the consumer that created it. From open to pending ' +
      "is a hold: it ends by itself after the practice's hold time (15 minutes by default). The " +
      'Hold-Token header of that answer lets whoever presents it as hold_token book meanwhile. In ' +
      'a series, a status is always of this occurrence alone. Time, length, place and doctor by ' +
      'the id that began the series, or with `scope=following`, are also those of the later ' +
      'occurrences that have no appointment; what has one, or is over, stays as it is, this one ' +
      'included. If this one stays, a start says weekday and time: the later ones take the ' +
      'nearest such times, from that start on. Patient and practice are told by mail when the ' +
      'place, doctor or length of an appointment changes.',
    scope: 'bookings/put',
    params: ById,
    query: ScopeQuery,
    body: BookingChange,
    status: 200,
    answer: Booking,
    answerHeaders: {
      'Hold-Token': 'Books the held opening; given once, when a hold begins.',
      ...seriesHeaders,
    },
    errors: [
      'invalid_request',
      'doctor_unavailable',
      'booking_has_appointment',
      'forbidden',
      'not_found',
      'gone',
    ],
  }),
  deleteBooking: endpoint({
    method: 'DELETE',
    path: '/scheduling/bookings/:id',
    summary: 'Delete a booking',
    description:
      'Only by the consumer that created it. By the id that began a series, or with ' +
      '`scope=following`, the series ends: the later occurrences are deleted, too. Those that have ' +
      'an appointment or are over stay; if this one does, the answer has its status.',
    scope: 'bookings/delete',
    params: ById,
    query: ScopeQuery,
    status: 200,
    answer: Type.Object({
      id: ShortId,
      status: Type.Union([Type.Literal('closed'), ...BookingStatus.anyOf], {
        description: 'closed, unless a series was deleted from which this booking stays.',
      }),
    }),
    answerHeaders: seriesHeaders,
    errors: ['invalid_request', 'booking_has_appointment', 'forbidden', 'not_found', 'gone'],
  }),
};
