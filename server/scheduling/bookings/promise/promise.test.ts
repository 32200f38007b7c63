import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { accepted, countOutcomes, refused } from '../../testing/answers.ts';
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
const at = (time: string) => `2031-05-07T${time}:00-05:00`;
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

const create = ({ client, ...scene }: Scene, time: string, status: 'open' | 'pending' | 'booked') =>
  client.createBooking({ body: bookingBody(scene, at(time), { status }) });

test('any number of open bookings of a doctor may overlap', async () => {
  const scene = await makeSchedule(app);

  const answers = [
    await create(scene, '09:00', 'open'),
    await create(scene, '09:00', 'open'),
    await create(scene, '09:30', 'open'),
  ];

  assert.deepEqual(countOutcomes(answers), { 201: 3 });
});

for (const first of ['pending', 'booked'] as const) {
  for (const second of ['pending', 'booked'] as const) {
    test(`over what is ${first} nothing of the doctor can be ${second}`, async () => {
      const scene = await makeSchedule(app);
      accepted(await create(scene, '09:00', first));
      const opening = accepted(await create(scene, '09:59', 'open'));

      const created = await create(scene, '08:01', second);
      const changed = await put(scene, opening.id, { status: second });

      refused(created, 400, 'doctor_unavailable');
      refused(changed, 400, 'doctor_unavailable');
    });
  }
}

test('bookings that touch do not overlap, and doctors do not block each other', async () => {
  const scene = await makeSchedule(app);
  accepted(await create(scene, '09:00', 'booked'));

  const before = await create(scene, '08:00', 'booked');
  const after = await create(scene, '10:00', 'pending');
  const colleague = await create({ ...scene, doctor: scene.second }, '09:00', 'booked');

  assert.deepEqual(countOutcomes([before, after, colleague]), { 201: 3 });
});

test('a change that would promise the doctor twice is refused, whatever it changes', async () => {
  const scene = await makeSchedule(app);
  accepted(await create(scene, '09:00', 'booked'));
  const later = accepted(await create(scene, '11:00', 'pending'));
  const early = accepted(await create(scene, '08:00', 'booked'));
  const mine = { ...scene, doctor: scene.second };
  const colleague = accepted(await create(mine, '09:30', 'booked'));

  const answers = [
    await put(scene, later.id, { start_datetime: at('09:30') }),
    await put(scene, early.id, { length: 61 }),
    await put(scene, colleague.id, { doctor_id: scene.doctor.id }),
  ];

  assert.deepEqual(countOutcomes(answers), { doctor_unavailable: 3 });
  const read = await scene.client.getBooking({ params: { id: early.id } });
  assert.deepEqual(accepted(read), early);
});

test('a doctor is one and the same at all locations', async () => {
  const timezone = 'America/Chicago';
  const locations = ['Main', 'Annex'].map((name) => ({ name, timezone }));
  const scene = await makeSchedule(app, { locations });
  accepted(await create(scene, '09:00', 'booked'));

  const answer = await create({ ...scene, location: scene.annex }, '09:30', 'booked');

  refused(answer, 400, 'doctor_unavailable');
});

test('what is deleted or opened makes way', async () => {
  const scene = await makeSchedule(app);
  const first = accepted(await create(scene, '09:00', 'booked'));
  const second = accepted(await create(scene, '11:00', 'pending'));
  accepted(await scene.client.deleteBooking({ params: { id: first.id } }));
  accepted(await put(scene, second.id, { status: 'open' }));

  const answers = [await create(scene, '09:30', 'booked'), await create(scene, '11:30', 'pending')];

  assert.deepEqual(countOutcomes(answers), { 201: 2 });
});

test('the practice may book what it created as pending, over openings of its own', async () => {
  const scene = await makeSchedule(app);
  const pending = accepted(await create(scene, '09:00', 'pending'));
  await makeBooking(scene, at('09:15'));

  const answer = await scene.client.createPatient({ body: patientBody(pending.id) });

  assert.equal(answer.status, 201);
  assert.deepEqual(await listOpen(scene), []);
});

test('another consumer cannot book what was created as pending', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const pending = accepted(await create(scene, '09:00', 'pending'));

  const answer = await stranger.client.createPatient({ body: patientBody(pending.id) });

  refused(answer, 400, 'booking_not_available');
});

test('a refusal says what to do', async () => {
  const scene = await makeSchedule(app);
  accepted(await create(scene, '09:00', 'booked'));

  const { message, errors } = refused(
    await create(scene, '09:00', 'booked'),
    400,
    'doctor_unavailable',
  );

  assert.match(message, /choose another time/);
  assert.equal(errors, undefined);
});
