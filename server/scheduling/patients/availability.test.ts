import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { accepted, refused } from '../testing/answers.ts';
import { countRows } from '../testing/promises.ts';
import {
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  patientBody,
  put,
  type Scene,
} from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const nine = '2031-05-07T09:00:00-05:00';
const half = '2031-05-07T09:30:00-05:00';
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

/** Why a booking can't be had by a stranger; each makes such a booking and answers its id. */
const reasons: Record<string, (scene: Scene) => Promise<string | number>> = {
  'no booking has that id': async () => 999_999_999,
  'no booking can have that id': async () => 'zzzzzzzz',
  'the id is negative': async () => -1,
  'the id is beyond all integers': async () => '99999999999999999999',
  'it is of another organization': async () =>
    (await makeBooking(await makeSchedule(app), nine)).id,
  'it is named by the id of its practice': async ({ practice }) => practice.id,
  'it was booked': async (scene) => {
    const { id } = await makeBooking(scene, nine);
    await makeAppointment(scene, id);
    return id;
  },
  'its time was taken elsewhere': async (scene) =>
    (await makeBooking(scene, nine, { status: 'booked' })).id,
  'it was deleted': async (scene) => {
    const { id } = await makeBooking(scene, nine);
    accepted(await scene.client.deleteBooking({ params: { id } }));
    return id;
  },
  'another consumer created it as pending': async (scene) =>
    (await makeBooking(scene, nine, { status: 'pending' })).id,
  'another consumer holds it': async (scene) => {
    const { id } = await makeBooking(scene, nine);
    accepted(await put(scene, id, { status: 'pending' }));
    return id;
  },
  'it has started': async (scene) => (await makeBooking(scene, '2031-05-06T06:59:00-05:00')).id,
  'its hold has ended, and it has started': async (scene) => {
    const { id } = await makeBooking(scene, '2031-05-06T07:10:00-05:00');
    accepted(await put(scene, id, { status: 'pending' }));
    app.clock.advance({ minutes: 15 });
    return id;
  },
  'the doctor has an appointment over it': async (scene) => {
    const { id } = await makeBooking(scene, nine);
    await makeAppointment(scene, (await makeBooking(scene, half)).id);
    return id;
  },
  'the doctor has something pending over it': async (scene) => {
    const { id } = await makeBooking(scene, nine);
    await makeBooking(scene, half, { status: 'pending' });
    return id;
  },
};
for (const [reason, prepare] of Object.entries(reasons)) {
  test(`a booking is not available when ${reason}`, async () => {
    const scene = await makeSchedule(app);
    const stranger = await makeConsumer(app, scene.organization);
    const id = await prepare(scene);
    const before = await countRows(scene, 'scheduling.patient');

    const answer = await stranger.client.createPatient({ body: patientBody(id) });

    const { message } = refused(answer, 400, 'booking_not_available');
    assert.match(message, /list the open bookings/);
    assert.equal(await countRows(scene, 'scheduling.patient'), before);
  });
}

test('a booking is not available when its practice is out of reach', async () => {
  const scene = await makeSchedule(app);
  const { practice } = await makeSchedule(app);
  const reach = await makeConsumer(app, scene.organization, { practices: [practice.id] });
  const { id } = await makeBooking(scene, nine);

  const answer = await reach.client.createPatient({ body: patientBody(id) });

  refused(answer, 400, 'booking_not_available');
});

test('any consumer that reaches an open booking can book it', async () => {
  const scene = await makeSchedule(app);
  const practices = [scene.practice.id];
  const stranger = await makeConsumer(app, scene.organization, { practices });
  const { id } = await makeBooking(scene, nine);

  const answer = await stranger.client.createPatient({ body: patientBody(id) });

  assert.equal(answer.status, 201);
});

test('a booking can be had until the moment it starts', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  app.clock.set('2031-05-07T13:50:00Z');

  const answer = await scene.client.createPatient({ body: patientBody(id) });

  assert.equal(answer.status, 201);
});

test('its creator books what is pending even after it has started', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, '2031-05-06T06:30:00-05:00', { status: 'pending' });

  const answer = await scene.client.createPatient({ body: patientBody(id) });

  assert.equal(answer.status, 201);
});

test('a refused patient leaves the booking as it was', async () => {
  const scene = await makeSchedule(app);
  const booking = await makeBooking(scene, nine);

  await scene.client.createPatient({ body: patientBody(booking.id, { phone: '1' }) });

  const { id } = booking;
  assert.deepEqual(accepted(await scene.client.getBooking({ params: { id } })), booking);
  assert.equal(await countRows(scene, 'scheduling.appointment'), 0);
});
