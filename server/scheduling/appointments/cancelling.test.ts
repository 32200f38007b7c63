import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readId } from '../../runtime/ids.ts';
import { startServer } from '../../testing/server.ts';
import { accepted, countOutcomes, refused } from '../testing/answers.ts';
import {
  listOpen,
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  put,
  type Scene,
} from '../testing/scene.ts';
import { send } from '../testing/wire.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const nine = '2031-05-07T09:00:00-05:00';
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

const cancel = ({ client }: Pick<Scene, 'client'>, id: string | number) =>
  client.cancelAppointment({ params: { id: String(id) } });

for (const form of ['appointment_id', 'appointment_guid'] as const) {
  test(`an appointment is cancelled by its ${form}, and answers its GUID`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);
    const made = await makeAppointment(scene, id);

    const answer = await send(scene, 'DELETE', `/scheduling/appointments/${made[form]}`);

    assert.equal(answer.status, 200);
    assert.equal(answer.text, `{"id":"${made.appointment_guid}","status":"Cancelled"}`);
  });
}

test('a GUID may be written in capitals', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { appointment_guid } = await makeAppointment(scene, id);

  const answer = await cancel(scene, appointment_guid.toUpperCase());

  assert.equal(accepted(answer).id, appointment_guid);
});

test('the booking of a cancelled appointment opens again, and can be booked anew', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const { id } = await makeBooking(scene, nine);
  const first = await makeAppointment(scene, id);

  await cancel(scene, first.appointment_guid);

  assert.deepEqual(await listOpen(scene), [id]);
  const second = await makeAppointment(stranger, id);
  assert.notEqual(second.appointment_guid, first.appointment_guid);
  refused(await cancel(scene, first.appointment_guid), 410, 'gone');
  accepted(await cancel(stranger, second.appointment_guid));
});

const leaving = {
  consumer: `update platform.consumer set revoked_at = $2
    where id = (select consumer_id from scheduling.booking where id = $1)`,
  doctor: `update scheduling.doctor set removed_at = $2
    where id = (select doctor_id from scheduling.booking where id = $1)`,
  location: `update scheduling.location set removed_at = $2
    where id = (select location_id from scheduling.booking where id = $1)`,
};
for (const [whose, leave] of Object.entries(leaving)) {
  test(`the booking of a cancelled appointment is closed when its ${whose} is there no more`, async () => {
    const scene = await makeSchedule(app);
    const stranger = { ...scene, ...(await makeConsumer(app, scene.organization)) };
    const { id } = await makeBooking(scene, nine);
    const { appointment_guid } = await makeAppointment(stranger, id);
    const { database } = app.server.platform;
    await database.system.transaction((tx) =>
      tx.rows(leave, [readId('booking', id), app.clock.now()]),
    );

    const answer = await cancel(stranger, appointment_guid);

    accepted(answer);
    refused(await stranger.client.getBooking({ params: { id } }), 410, 'gone');
    assert.deepEqual(await listOpen(stranger), []);
    const events = await database
      .of(scene.organization)
      .reading.rows('select type, data from platform.event order by sequence desc limit 1');
    assert.deepEqual(events, [{ type: 'booking.deleted', data: { id, status: 'closed' } }]);
  });
}

test('the booking of a cancelled appointment that has started stays booked', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { appointment_guid } = await makeAppointment(scene, id);
  app.clock.set('2031-05-07T14:00:01Z');

  const answer = await cancel(scene, appointment_guid);

  accepted(answer);
  const booking = await scene.client.getBooking({ params: { id } });
  assert.equal(accepted(booking).status, 'booked');
  accepted(await put(scene, id, { status: 'open' }));
});

test('an appointment that was cancelled is gone', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { appointment_id, appointment_guid } = await makeAppointment(scene, id);
  accepted(await cancel(scene, appointment_id));

  const answers = [await cancel(scene, appointment_id), await cancel(scene, appointment_guid)];

  for (const answer of answers) refused(answer, 410, 'gone');
});

test('of many who cancel at once, one does', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { appointment_id } = await makeAppointment(scene, id);

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => cancel(scene, appointment_id)),
  );

  assert.deepEqual(countOutcomes(answers), { 200: 1, gone: 19 });
});

test('only the consumer that made an appointment cancels it, not the one that made its booking', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const { id } = await makeBooking(scene, nine);
  const { appointment_guid } = await makeAppointment(stranger, id);

  const byCreator = await cancel(scene, appointment_guid);
  const byStranger = await cancel(stranger, appointment_guid);

  refused(byCreator, 403, 'forbidden');
  accepted(byStranger);
});

test('an appointment out of reach, of others or of nobody is not there', async () => {
  const scene = await makeSchedule(app);
  const elsewhere = await makeSchedule(app);
  const reach = await makeConsumer(app, scene.organization, { practices: [elsewhere.practice.id] });
  const { id } = await makeBooking(scene, nine);
  const { appointment_id, appointment_guid } = await makeAppointment(scene, id);

  const answers = [
    await cancel(reach, appointment_guid),
    await cancel(elsewhere, appointment_guid),
    await cancel(elsewhere, appointment_id),
    await cancel(scene, '00000000-0000-4000-8000-000000000000'),
    await cancel(scene, 999_999_999),
    await cancel(scene, 0),
    await cancel(scene, '99999999999999999999'),
    await cancel(scene, 'nonsense'),
    await cancel(scene, id),
  ];

  for (const answer of answers) refused(answer, 404, 'not_found');
});

test('what is cancelled is on the event log, with the booking that opens', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { appointment_guid } = await makeAppointment(scene, id);
  accepted(await cancel(scene, appointment_guid));

  const events = await app.server.platform.database
    .of(scene.organization)
    .reading.rows<{ type: string; data: { status: string } }>(
      'select type, data from platform.event order by sequence desc limit 2',
    );

  assert.deepEqual(
    events.map(({ type, data }) => [type, data.status]),
    [
      ['booking.updated', 'open'],
      ['appointment.cancelled', 'cancelled'],
    ],
  );
});
