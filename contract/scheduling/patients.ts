import Type, { type Static } from 'typebox';
import { endpoint } from '../endpoint.ts';
import {
  AnyId,
  IntegerId,
  OptionalText,
  PathId,
  ShortId,
  SinceQuery,
  sinceDescription,
  sinceHeaders,
  Timestamp,
} from '../shapes.ts';

export const Patient = Type.Object(
  {
    id: IntegerId,
    booking_id: IntegerId,
    first_name: Type.String(),
    last_name: Type.String(),
    email: Type.String(),
    phone: Type.String({ description: 'E.164.', examples: ['+15555551234'] }),
    phone_extension: Type.Optional(
      Type.String({
        description: 'What to dial once the number has answered; only where there is one.',
        examples: ['9'],
      }),
    ),
    message: Type.String(),
    guardian_name: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
    location_id: ShortId,
    zip_code: Type.String(),
    dob: Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date' }),
  },
  { title: 'Patient' },
);
export type Patient = Static<typeof Patient>;

const name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });

export const NewPatient = Type.Object(
  {
    booking_id: AnyId,
    first_name: name,
    last_name: name,
    phone: Type.String({
      minLength: 1,
      maxLength: 50,
      description:
        "Kept as E.164; without a country code it is read as one of the practice's country. An " +
        'extension ("ext. 9") is kept beside it.',
    }),
    email: Type.String({ format: 'email', maxLength: 254 }),
    zip_code: Type.String({ minLength: 1, maxLength: 20, pattern: '\\S' }),
    guardian_name: OptionalText({ maxLength: 200, description: 'Full name of the guardian.' }),
    message: OptionalText({ maxLength: 10_000, description: 'For the doctor.' }),
    dob: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        format: 'date',
        description: 'Date of birth.',
        examples: ['1989-05-18'],
      }),
    ),
    hold_token: OptionalText({
      maxLength: 100,
      description:
        'The Hold-Token that came with the hold, when another consumer holds the booking.',
    }),
  },
  {
    title: 'NewPatient',
    examples: [
      {
        booking_id: 'cuAif',
        first_name: 'Sofia',
        last_name: 'Martinez',
        phone: '217 555 0142',
        email: 'sofia@mail.example',
        zip_code: '62701',
        guardian_name: 'Elena Martinez',
        message: 'Mornings suit us best.',
        dob: '2014-03-09',
      },
    ],
  },
);

export const patients = {
  createPatient: endpoint({
    method: 'POST',
    path: '/scheduling/patients',
    summary: 'Book: create a patient and the appointment',
    description:
      'Books an open booking, or a pending one that this consumer created or whose hold token is ' +
      'presented. Patient, appointment and the change of the booking happen together or not at ' +
      'all; of any number of simultaneous calls for one booking exactly one succeeds. Patient and ' +
      'practice are sent an invitation by mail.',
    scope: 'patients/post',
    body: NewPatient,
    idempotent: true,
    status: 201,
    answer: Type.Object({
      message: Type.Literal('appointment scheduled and patient created'),
      patient_id: IntegerId,
      appointment_id: IntegerId,
      appointment_guid: Type.String({ format: 'uuid' }),
    }),
    errors: ['invalid_request', 'booking_not_available', 'idempotency_mismatch'],
  }),
  listPatients: endpoint({
    method: 'GET',
    path: '/scheduling/practices/:id/patients',
    aliases: ['/scheduling/practice/:id/patients'],
    summary: 'Poll the patients of a practice',
    description: sinceDescription,
    scope: 'patients/get',
    params: Type.Object({ id: PathId }),
    query: SinceQuery,
    status: 200,
    answer: Type.Array(Patient),
    answerHeaders: sinceHeaders,
    errors: ['invalid_request', 'not_found'],
  }),
};
