import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { accepted, refused } from '../../testing/answers.ts';
import {
  bookingBody,
  listOpen,
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  patientBody,
  type Scene,
} from '../../testing/scene.ts';

// No process here runs jobs: whatever ends in these tests ends by itself.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const nine = '2031-05-07T09:00:00-05:00';
const half = '2031-05-07T09:30:00-05:00';
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

async function hold({ client }: Pick<Scene, 'client'>, id: string) {
  const answer = await client.updateBooking({ params: { id }, body: { status: 'pending' } });
  return { booking: accepted(answer), token: answer.headers.get('hold-token') };
}

async function statusOf({ client }: Pick<Scene, 'client'>, id: string) {
  return accepted(await client.getBooking({ params: { id } })).status;
}

async function listed({ client, practice }: Scene, ...status: ('open' | 'pending' | 'booked')[]) {
  const answer = await client.listPracticeBookings({
    params: { id: practice.id },
    query: { status },
  });
  return accepted(answer).map(({ id }) => id);
}

test('an opening that is set to pending is held for fifteen minutes', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);

  const { booking, token } = await hold(scene, id);

  assert.equal(booking.status, 'pending');
  assert.match(booking.held_until as string, /^2031-05-06T12:15:\d\d\.\d{3}Z$/);
  assert.match(token as string, /^[\w-]{22,}$/);
  const read = await scene.client.getBooking({ params: { id } });
  assert.deepEqual(accepted(read), booking);
});

test('a hold lasts as long as the practice says', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  await app.server.platform.database
    .of(scene.organization)
    .transaction((tx) => tx.rows('update scheduling.practice set hold_minutes = 3'));

  const { booking } = await hold(scene, id);

  assert.match(booking.held_until as string, /^2031-05-06T12:03:/);
});

test('what is held is listed as pending, and nothing that overlaps it as open', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const overlapping = await makeBooking(scene, half);
  const after = await makeBooking(scene, '2031-05-07T10:00:00-05:00');
  const colleague = await makeBooking(scene, half, { doctor_id: scene.second.id });

  await hold(scene, id);

  assert.deepEqual(await listOpen(scene), [colleague.id, after.id]);
  assert.deepEqual(await listed(scene, 'pending'), [id]);
  assert.deepEqual(await listed(scene, 'open', 'pending'), [id, colleague.id, after.id]);
  assert.equal(await statusOf(scene, overlapping.id), 'pending');
});

test('a hold ends by itself: booking and list read as open from then on', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const overlapping = await makeBooking(scene, half);
  await hold(scene, id);
  app.clock.advance({ minutes: 15 });

  const read = accepted(await scene.client.getBooking({ params: { id } }));

  assert.equal(read.status, 'open');
  assert.equal('held_until' in read, false);
  assert.deepEqual(await listOpen(scene), [id, overlapping.id]);
  assert.deepEqual(await listed(scene, 'pending'), []);
});

test('a hold lasts until its last minute', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  await hold(scene, id);

  app.clock.advance({ minutes: 14 });

  assert.equal(await statusOf(scene, id), 'pending');
  assert.deepEqual(await listOpen(scene), []);
});

test('a booking that was created as pending does not expire', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine, { status: 'pending' });

  app.clock.advance({ days: 400 });

  assert.equal(await statusOf(scene, id), 'pending');
  assert.deepEqual(await listed(scene, 'pending'), [id]);
});

test('a booked time that is set to pending is no hold', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine, { status: 'booked' });
  await hold(scene, id);

  app.clock.advance({ hours: 5 });

  assert.equal(await statusOf(scene, id), 'pending');
});

test('setting a held booking to pending again does not prolong the hold', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const first = await hold(scene, id);
  app.clock.advance({ minutes: 10 });

  const second = await hold(scene, id);

  assert.equal(second.booking.held_until, first.booking.held_until);
  assert.equal(second.token, null);
});

test('a hold that has ended can be taken up again, with a new token', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const first = await hold(scene, id);
  app.clock.advance({ minutes: 20 });

  const second = await hold(scene, id);

  assert.match(second.booking.held_until as string, /^2031-05-06T12:35:/);
  assert.notEqual(second.token, first.token);
});

test('a held booking that is changed stays held as long as before', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { booking, token } = await hold(scene, id);

  const answer = await scene.client.updateBooking({ params: { id }, body: { length: 30 } });

  assert.equal(accepted(answer).held_until, booking.held_until);
  const body = patientBody(id, { hold_token: token });
  accepted(await scene.client.createPatient({ body }));
});

test('a hold can be let go', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  await hold(scene, id);

  const answer = await scene.client.updateBooking({ params: { id }, body: { status: 'open' } });

  assert.equal(accepted(answer).status, 'open');
  assert.deepEqual(await listOpen(scene), [id]);
});

test('the creator books what it holds', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  await hold(scene, id);

  const booked = await makeAppointment(scene, id);

  assert.equal(booked.message, 'appointment scheduled and patient created');
  assert.equal(await statusOf(scene, id), 'booked');
});

test('another consumer books a held opening only with the token of the hold', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const { id } = await makeBooking(scene, nine);
  const { token } = await hold(scene, id);
  const other = await makeBooking(scene, '2031-05-07T13:00:00-05:00');
  const otherHold = await hold(scene, other.id);
  const book = (hold_token?: string | null) =>
    stranger.client.createPatient({
      body: patientBody(id, hold_token === undefined ? {} : { hold_token }),
    });

  const without = await book();
  const wrong = await book('x'.repeat(32));
  const ofAnother = await book(otherHold.token);
  const right = await book(token);

  for (const answer of [without, wrong, ofAnother]) refused(answer, 400, 'booking_not_available');
  accepted(right);
});

test('the token of an earlier hold is worth nothing', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const { id } = await makeBooking(scene, nine);
  const first = await hold(scene, id);
  await scene.client.updateBooking({ params: { id }, body: { status: 'open' } });
  await hold(scene, id);

  const body = patientBody(id, { hold_token: first.token });
  const answer = await stranger.client.createPatient({ body });

  refused(answer, 400, 'booking_not_available');
});

test('a stranger books what was held as soon as the hold has ended', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const { id } = await makeBooking(scene, nine);
  await hold(scene, id);
  const early = await stranger.client.createPatient({ body: patientBody(id) });
  app.clock.advance({ minutes: 15 });

  const late = await stranger.client.createPatient({ body: patientBody(id) });

  refused(early, 400, 'booking_not_available');
  accepted(late);
});

test('a hold blocks whoever wants the time of the doctor', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const overlapping = await makeBooking(scene, half);
  await hold(scene, id);
  const { client } = scene;
  const params = { id: overlapping.id };

  const created = await client.createBooking({
    body: bookingBody(scene, half, { status: 'pending' }),
  });
  const held = await client.updateBooking({ params, body: { status: 'pending' } });
  const taken = await client.updateBooking({ params, body: { status: 'booked' } });
  const booked = await client.createPatient({ body: patientBody(overlapping.id) });

  for (const answer of [created, held, taken]) refused(answer, 400, 'doctor_unavailable');
  refused(booked, 400, 'booking_not_available');
});

const claims = {
  create: 'pending',
  hold: 'pending',
  'set to booked': 'booked',
  book: 'booked',
} as const;
for (const [claim, status] of Object.entries(claims)) {
  test(`a hold that has ended makes way: ${claim}`, async () => {
    const scene = await makeSchedule(app);
    const { client } = scene;
    const { id } = await makeBooking(scene, nine);
    const overlapping = await makeBooking(scene, half);
    const params = { id: overlapping.id };
    await hold(scene, id);
    app.clock.advance({ minutes: 15 });

    const answer = await {
      create: () => client.createBooking({ body: bookingBody(scene, half, { status: 'pending' }) }),
      hold: () => client.updateBooking({ params, body: { status: 'pending' } }),
      'set to booked': () => client.updateBooking({ params, body: { status: 'booked' } }),
      book: () => client.createPatient({ body: patientBody(overlapping.id) }),
    }[claim as keyof typeof claims]();

    accepted<unknown>(answer);
    assert.equal(await statusOf(scene, id), status);
    assert.equal((await listOpen(scene)).includes(id), false);
    const again = await client.updateBooking({ params: { id }, body: { status: 'pending' } });
    refused(again, 400, 'doctor_unavailable');
  });
}
