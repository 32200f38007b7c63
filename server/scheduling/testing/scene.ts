import type { Static } from 'typebox';
import { type Client, createClient, requestToken } from '../../../contract/client.ts';
import type { BookingChange, NewBooking } from '../../../contract/scheduling/bookings.ts';
import { scheduling } from '../../../contract/scheduling/index.ts';
import type { NewPatient } from '../../../contract/scheduling/patients.ts';
import {
  type ConsumerOptions,
  makeClient,
  makeOrganization,
  makePractice,
} from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import type { PracticeToCreate } from '../practices/practices.ts';
import { accepted } from './answers.ts';

export type SchedulingClient = Client<typeof scheduling>;
export type BookingBody = Static<typeof NewBooking>;
export type ChangeBody = Static<typeof BookingChange>;
export type PatientBody = Static<typeof NewPatient>;
export type Scene = Awaited<ReturnType<typeof makeSchedule>>;

const renewalMinutes = 50;

/** A consumer whose token is renewed as the clock is moved; `as` is the same one at another process. */
export async function makeConsumer(
  app: TestServer,
  organization: number,
  options: ConsumerOptions = {},
) {
  const { client_id, client_secret } = await makeClient(app, organization, options);
  let token: Promise<string>;
  let issuedAt = Number.NEGATIVE_INFINITY;
  const authorization = () => {
    const minutes = (app.clock.now().getTime() - issuedAt) / 60_000;
    if (minutes >= 0 && minutes < renewalMinutes) return token;
    issuedAt = app.clock.now().getTime();
    token = requestToken(app.url, { client_id, client_secret }).then((one) => one.access_token);
    return token;
  };
  const as = (url: string): SchedulingClient => createClient(scheduling, { url, authorization });
  return { client: as(app.url), as, authorization };
}

/** An organization of a test's own, with a practice, and a consumer that reaches all of it. */
export async function makeSchedule(app: TestServer, practice: Partial<PracticeToCreate> = {}) {
  const organization = await makeOrganization(app);
  const made = await makePractice(app, organization, practice);
  const consumer = await makeConsumer(app, organization);
  const [location, annex] = pair(made.locations);
  const [doctor, second] = pair(made.doctors);
  return { app, organization, practice: made, location, annex, doctor, second, ...consumer };
}

/** The first two; most scenes have one location and never touch the second. */
function pair<T>(all: T[]): [T, T] {
  return all as [T, T];
}

type Place = { location: { id: string }; doctor: { id: string } };

/** The body of a new booking, open unless told otherwise. */
export function bookingBody(
  { location, doctor }: Place,
  start_datetime: string,
  more: Partial<BookingBody> = {},
): BookingBody {
  return {
    start_datetime,
    location_id: location.id,
    doctor_id: doctor.id,
    status: 'open',
    ...more,
  };
}

/** A new booking, open unless told otherwise. */
export async function makeBooking(
  scene: Place & { client: SchedulingClient },
  start_datetime: string,
  more: Partial<BookingBody> = {},
) {
  const body = bookingBody(scene, start_datetime, more);
  return accepted(await scene.client.createBooking({ body }));
}

/** Changes a booking; the answer may be a refusal. */
export async function put(
  { client }: { client: SchedulingClient },
  id: string | number,
  body: ChangeBody,
) {
  return client.updateBooking({ params: { id: String(id) }, body });
}

export function patientBody(booking_id: string | number, more: Partial<PatientBody> = {}) {
  return {
    booking_id,
    first_name: 'Ada',
    last_name: 'Smith',
    phone: '555 555 1234',
    email: 'ada@mail.example',
    zip_code: '60601',
    ...more,
  };
}

/** A patient with an appointment at a booking. */
export async function makeAppointment(
  { client }: { client: SchedulingClient },
  booking_id: string | number,
  more: Partial<PatientBody> = {},
) {
  return accepted(await client.createPatient({ body: patientBody(booking_id, more) }));
}

/** The ids of the open bookings of the practice, as a list shows them. */
export async function listOpen({ client, practice }: Pick<Scene, 'client' | 'practice'>) {
  const answer = await client.listPracticeBookings({ params: { id: practice.id } });
  return accepted(answer).map(({ id }) => id);
}
