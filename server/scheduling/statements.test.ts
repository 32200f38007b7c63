import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../runtime/testing/until.ts';
import { lostIndexes, recordStatements } from '../testing/plans.ts';
import { startServer } from '../testing/server.ts';
import { accepted, type Result } from './testing/answers.ts';
import {
  bookingBody,
  makeAppointment,
  makeBooking,
  makeSchedule,
  patientBody,
  put,
  type Scene,
} from './testing/scene.ts';

// Without jobs, so that the only statements are those of requests.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const texts = recordStatements(app.server.platform.database);
app.clock.set('2031-05-06T12:00:00Z');
const start = Date.parse('2031-05-07T14:00:00Z');
const at = (hour: number) => new Date(start + hour * 3_600_000).toISOString();

let announcements = 0;
app.server.platform.listener.on('event', () => {
  announcements += 1;
});

/** A write, and its announcement, which follows a moment later. */
async function writing<T>(write: () => Promise<T>): Promise<T> {
  const before = announcements;
  const answer = await write();
  await until('there is an announcement', () => announcements > before);
  return answer;
}

/** How many statements a request that reads sends. */
async function count(request: () => Promise<Result<unknown>>): Promise<number> {
  const { database } = app.server.platform;
  const before = database.statements;
  accepted(await request());
  return database.statements - before;
}

/** The same of one that writes, without its announcement. */
async function countWrite(request: () => Promise<Result<unknown>>): Promise<number> {
  return (await count(() => writing(request))) - 1;
}

async function countReads({ client, practice, location }: Scene, booking: string) {
  const params = { id: practice.id };
  return {
    practices: await count(() => client.listPractices()),
    locations: await count(() => client.listLocations()),
    list: await count(() => client.listPracticeBookings({ params })),
    keptList: await count(() => client.listPracticeBookings({ params })),
    locationList: await count(() => client.listLocationBookings({ params: { id: location.id } })),
    read: await count(() => client.getBooking({ params: { id: booking } })),
    patients: await count(() => client.listPatients({ params })),
    appointments: await count(() => client.listAppointments({ params })),
  };
}

async function countWrites(scene: Scene, hour: number) {
  const { client } = scene;
  const { id } = await writing(() => makeBooking(scene, at(hour)));
  const create = (more: object) => () =>
    client.createBooking({ body: bookingBody(scene, at(hour + 1), more) });
  let appointment = '';
  return {
    create: await countWrite(create({})),
    createPending: await countWrite(create({ status: 'pending' })),
    createSeries: await countWrite(create({ recurring: true })),
    hold: await countWrite(() => put(scene, id, { status: 'pending' })),
    change: await countWrite(() => put(scene, id, { length: 30 })),
    book: await countWrite(async () => {
      const answer = await client.createPatient({ body: patientBody(id) });
      appointment = accepted(answer).appointment_guid;
      return answer;
    }),
    cancel: await countWrite(() => client.cancelAppointment({ params: { id: appointment } })),
    delete: await countWrite(() => client.deleteBooking({ params: { id } })),
  };
}

test('what a request asks of the database does not grow with what is there', async () => {
  const scene = await makeSchedule(app);
  const { id } = await writing(() => makeBooking(scene, at(-1)));
  // A list was read before it changed, as it will have been then.
  accepted(await scene.client.listPracticeBookings({ params: { id: scene.practice.id } }));
  await writing(() => makeBooking(scene, at(-2)));
  await writing(() => makeAppointment(scene, id));
  const few = { ...(await countReads(scene, id)), ...(await countWrites(scene, 0)) };
  for (let hour = 4; hour < 40; hour += 1) {
    const booking = await writing(() => makeBooking(scene, at(hour)));
    if (hour % 2) await writing(() => makeAppointment(scene, booking.id));
  }

  const many = { ...(await countReads(scene, id)), ...(await countWrites(scene, 100)) };

  assert.deepEqual(many, few);
});

test('a list costs two statements, kept one, changed three; a booking six', async () => {
  const scene = await makeSchedule(app);
  const { id } = await writing(() => makeBooking(scene, at(-1)));

  const { list, keptList } = await countReads(scene, id);
  const { book } = await countWrites(scene, 0);
  const { list: changed } = await countReads(scene, id);

  const counted = { list, keptList, changed, book };
  assert.deepEqual(counted, { list: 2, keptList: 1, changed: 3, book: 6 });
});

test('behind the wall every statement uses the indexes that it would use without', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, at(-1));
  await countReads(scene, id);
  await countWrites(scene, 0);
  const overlapping = `select from scheduling.booking
    where organization_id = $1 and doctor_id = $2 and during && $3 and status in ('pending', 'booked')`;

  const lost = await lostIndexes(app.address, texts);
  const found = await lostIndexes(app.address, [overlapping]);

  assert.deepEqual(lost, []);
  assert.deepEqual(found, [`booking: during && $3 in: ${overlapping}`]);
});
