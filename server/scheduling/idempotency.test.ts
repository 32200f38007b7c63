import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../testing/server.ts';
import { countOutcomes, refused } from './testing/answers.ts';
import { countRows } from './testing/promises.ts';
import {
  bookingBody,
  makeBooking,
  makeConsumer,
  makeSchedule,
  patientBody,
  type Scene,
} from './testing/scene.ts';
import { send } from './testing/wire.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const other = await app.another({ HEDDLE_ROLES: 'web' });
const nine = '2031-05-07T09:00:00-05:00';
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

const keyed = (key: string) => ({ headers: { 'Idempotency-Key': key } });

function post(scene: Pick<Scene, 'app' | 'authorization'>, key: string, body: object) {
  return send(scene, 'POST', '/scheduling/bookings', { body, ...keyed(key) });
}

test('a repeated booking answers what the first one answered, and is written once', async () => {
  const scene = await makeSchedule(app);
  const body = bookingBody(scene, nine);

  const first = await post(scene, 'one', body);
  const again = await post(scene, 'one', body);

  assert.deepEqual([again.status, again.text], [201, first.text]);
  assert.equal(again.headers.get('content-type'), first.headers.get('content-type'));
  assert.equal(await countRows(scene, 'scheduling.booking'), 1);
});

test('a booking with a key is written as one without', async () => {
  const scene = await makeSchedule(app);

  const answer = await post(scene, 'one', bookingBody(scene, nine));

  const read = await send(scene, 'GET', `/scheduling/bookings/${answer.json().id}`);
  assert.equal(answer.text, read.text);
});

test('a repeated patient gets the same appointment, not a refusal', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const request = { body: patientBody(id), ...keyed('key of a patient') };

  const first = await send(scene, 'POST', '/scheduling/patients', request);
  const again = await send(scene, 'POST', '/scheduling/patients', request);

  assert.equal(first.status, 201);
  assert.deepEqual([again.status, again.text], [201, first.text]);
  assert.equal(await countRows(scene, 'scheduling.appointment'), 1);
});

test('a refusal is repeated too, though the reason has passed', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine, { status: 'booked' });
  const body = bookingBody(scene, nine, { status: 'booked' });
  const first = await post(scene, 'one', body);
  await scene.client.deleteBooking({ params: { id } });

  const again = await post(scene, 'one', body);
  const anew = await post(scene, 'two', body);

  const { request_id: _, ...refusal } = first.json();
  assert.deepEqual([first.status, refusal.status], [400, 'doctor_unavailable']);
  const { request_id, ...repeated } = again.json();
  assert.deepEqual([again.status, repeated], [400, refusal]);
  assert.equal(request_id, again.headers.get('x-request-id'));
  assert.equal(anew.status, 201);
});

test('what a refused request had begun to write is undone', async () => {
  const scene = await makeSchedule(app);
  await makeBooking(scene, '2031-05-28T09:30:00-05:00', { status: 'booked' });
  const body = bookingBody(scene, nine, { status: 'pending', recurring: true });

  const answer = await post(scene, 'one', body);

  assert.equal(answer.json().status, 'doctor_unavailable');
  assert.equal(await countRows(scene, 'scheduling.booking'), 1);
  assert.equal(await countRows(scene, 'scheduling.series'), 0);
});

test('after a day a key is new again', async () => {
  const scene = await makeSchedule(app);
  const body = bookingBody(scene, nine);
  const first = await post(scene, 'one', body);
  app.clock.advance({ hours: 23, minutes: 59 });
  const within = await post(scene, 'one', body);

  app.clock.advance({ minutes: 1 });
  const after = await post(scene, 'one', { ...body, length: 30 });

  assert.equal(within.text, first.text);
  assert.equal(after.status, 201);
  assert.notEqual(after.json().id, first.json().id);
});

test('another body under the same key is refused', async () => {
  const scene = await makeSchedule(app);
  const body = bookingBody(scene, nine);
  await post(scene, 'one', body);

  const { status, json } = await post(scene, 'one', { ...body, length: 30 });

  assert.deepEqual([status, json().status], [400, 'idempotency_mismatch']);
  assert.equal(await countRows(scene, 'scheduling.booking'), 1);
});

test('another endpoint under the same key is refused', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  await post(scene, 'one', bookingBody(scene, nine));

  const answer = await scene.client.createPatient({ body: patientBody(id) }, keyed('one'));

  refused(answer, 400, 'idempotency_mismatch');
});

test('consumers do not share keys', async () => {
  const scene = await makeSchedule(app);
  const colleague = { app, ...(await makeConsumer(app, scene.organization)) };
  const stranger = await makeSchedule(app);
  const body = bookingBody(scene, nine);
  const first = await post(scene, 'one', body);

  const second = await post(colleague, 'one', body);
  const third = await post(stranger, 'one', bookingBody(stranger, nine));

  assert.deepEqual([second.status, third.status], [201, 201]);
  assert.notEqual(second.json().id, first.json().id);
});

test('simultaneous posts under one key, at two processes, write once and answer alike', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const clients = [scene.client, scene.as(other.url)];

  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, number) =>
      (clients[number % 2] as Scene['client']).createPatient(
        { body: patientBody(id) },
        keyed('at once'),
      ),
    ),
  );

  assert.deepEqual(countOutcomes(answers), { 201: 30 });
  const ids = answers.map((answer) => answer.ok && answer.body.appointment_id);
  assert.equal(new Set(ids).size, 1);
  assert.equal(await countRows(scene, 'scheduling.patient'), 1);
});

test('simultaneous posts under many keys for overlapping times answer, and repeat, for sure', async () => {
  const scene = await makeSchedule(app);
  const post = (number: number) =>
    scene.client.createBooking(
      {
        body: bookingBody(scene, `2031-05-07T09:${10 + (number % 20)}:00-05:00`, {
          status: 'booked',
        }),
      },
      keyed(`key ${number % 20}`),
    );

  const answers = await Promise.all(Array.from({ length: 40 }, (_, number) => post(number)));

  assert.deepEqual(countOutcomes(answers), { 201: 2, doctor_unavailable: 38 });
  assert.equal(await countRows(scene, 'scheduling.booking'), 1);
});

test('an invalid body does not use up the key', async () => {
  const scene = await makeSchedule(app);
  const body = bookingBody(scene, nine);
  const invalid = await post(scene, 'one', { ...body, length: 0 });

  const valid = await post(scene, 'one', body);

  assert.deepEqual([invalid.status, valid.status], [400, 201]);
});

for (const [what, key] of [
  ['longer than 255 characters', 'k'.repeat(256)],
  ['empty', ''],
  ['not ASCII', 'schlüssel'],
] as const) {
  test(`a key that is ${what} is refused, and named`, async () => {
    const scene = await makeSchedule(app);

    const answer = await post(scene, key, bookingBody(scene, nine));

    assert.equal(answer.status, 400);
    assert.equal(answer.json().errors[0].field, 'Idempotency-Key');
    assert.equal(await countRows(scene, 'scheduling.booking'), 0);
  });
}

test('without a key the same body twice is two bookings', async () => {
  const scene = await makeSchedule(app);

  await makeBooking(scene, nine);
  await makeBooking(scene, nine);

  assert.equal(await countRows(scene, 'scheduling.booking'), 2);
});
