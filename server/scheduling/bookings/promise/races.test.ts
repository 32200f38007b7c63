import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { countOutcomes } from '../../testing/answers.ts';
import {
  countRows,
  selectDoubleAppointments,
  selectDoublePromises,
} from '../../testing/promises.ts';
import {
  bookingBody,
  listOpen,
  makeBooking,
  makeConsumer,
  makeSchedule,
  patientBody,
  put,
  type Scene,
} from '../../testing/scene.ts';

const app = await startServer();
const other = await app.another({ HEDDLE_ROLES: 'web' });
const at = (time: string) => `2031-05-07T${time}:00-05:00`;
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

/** Openings of an hour from 9:00 to 12:00, every quarter of an hour, of two doctors. */
async function makeGrid(scene: Scene): Promise<string[]> {
  const ids: string[] = [];
  for (const doctor of [scene.doctor, scene.second]) {
    for (let minutes = 0; minutes <= 120; minutes += 15) {
      const start = `${String(9 + Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
      ids.push((await makeBooking({ ...scene, doctor }, at(start))).id);
    }
  }
  return ids;
}

test('of sixty patients who want one opening at once, exactly one gets it', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, at('09:00'));

  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, number) =>
      scene.client.createPatient({ body: patientBody(id, { first_name: `Patient ${number}` }) }),
    ),
  );

  assert.deepEqual(countOutcomes(answers), { 201: 1, booking_not_available: 59 });
  assert.equal(await countRows(scene, 'scheduling.patient'), 1);
  assert.equal(await countRows(scene, 'scheduling.appointment'), 1);
});

test('of many who want overlapping openings at once, no two get the same doctor', async () => {
  const scene = await makeSchedule(app);
  const ids = await makeGrid(scene);
  const clients = [scene.client, scene.as(other.url)];

  const answers = await Promise.all(
    [...ids, ...ids, ...ids].map((id, number) =>
      (clients[number % 2] as Scene['client']).createPatient({ body: patientBody(id) }),
    ),
  );

  const { 201: booked = 0, booking_not_available: refusals = 0 } = countOutcomes(answers);
  assert.equal(booked + refusals, answers.length, JSON.stringify(countOutcomes(answers)));
  assert.deepEqual(await selectDoublePromises(scene), []);
  assert.deepEqual(await selectDoubleAppointments(scene), []);
  assert.equal(await countRows(scene, 'scheduling.appointment'), booked);
  // Of each doctor's two and a half hours at least two cannot all stay free.
  assert.ok(booked >= 2 && booked <= 6, `${booked} were booked`);
});

test('what is still listed after a race can be booked', async () => {
  const scene = await makeSchedule(app);
  const ids = await makeGrid(scene);
  await Promise.all(
    ids.slice(4, 7).map((id) => scene.client.createPatient({ body: patientBody(id) })),
  );

  for (;;) {
    const [id] = await listOpen(scene);
    if (id === undefined) break;
    const answer = await scene.client.createPatient({ body: patientBody(id) });
    assert.equal(answer.status, 201);
  }

  assert.deepEqual(await selectDoublePromises(scene), []);
});

test('of many who hold overlapping openings at once, no two hold the same doctor', async () => {
  const scene = await makeSchedule(app);
  const ids = await makeGrid(scene);
  const there = { ...scene, client: scene.as(other.url) };

  const answers = await Promise.all(
    [...ids, ...ids].map((id, number) =>
      put(number % 2 ? scene : there, id, { status: 'pending', length: 60 + (number % 3) }),
    ),
  );

  const { 200: held = 0, doctor_unavailable: refusals = 0 } = countOutcomes(answers);
  assert.equal(held + refusals, answers.length, JSON.stringify(countOutcomes(answers)));
  assert.ok(held >= 2);
  assert.deepEqual(await selectDoublePromises(scene), []);
});

test('holds, bookings and new bookings that race never promise a doctor twice', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const ids = await makeGrid(scene);
  const there = { ...scene, client: scene.as(other.url) };

  const answers = await Promise.all(
    ids.flatMap((id, number) => [
      put(scene, id, { status: 'pending' }),
      stranger.client.createPatient({ body: patientBody(id) }),
      there.client.createBooking({
        body: bookingBody(scene, at(`1${number % 3}:${number + 10}`), { status: 'booked' }),
      }),
      put(there, id, { start_datetime: at('11:11'), status: 'booked' }),
    ]) as Promise<Awaited<ReturnType<typeof put>>>[],
  );

  const counts = countOutcomes(answers);
  const expected = ['200', '201', 'booking_has_appointment', 'booking_not_available'];
  assert.deepEqual(
    Object.keys(counts).filter((one) => ![...expected, 'doctor_unavailable'].includes(one)),
    [],
  );
  assert.deepEqual(await selectDoublePromises(scene), []);
  assert.deepEqual(await selectDoubleAppointments(scene), []);
});

test('of many who want the time of ended holds at once, no two get the same doctor', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const ids = await makeGrid(scene);
  const first = [ids[0], ids[4], ids[8], ids[9], ids[13], ids[17]] as string[];
  for (const id of first) await put(scene, id, { status: 'pending' });
  app.clock.advance({ minutes: 15 });

  const answers = await Promise.all(
    [...ids, ...ids].map((id) => stranger.client.createPatient({ body: patientBody(id) })),
  );

  const { 201: booked = 0, booking_not_available: refusals = 0 } = countOutcomes(answers);
  assert.equal(booked + refusals, answers.length, JSON.stringify(countOutcomes(answers)));
  assert.ok(booked >= 2);
  assert.deepEqual(await selectDoublePromises(scene), []);
});
