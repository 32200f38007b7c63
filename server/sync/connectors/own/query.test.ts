import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../../scheduling/testing/scene.ts';
import { startServer } from '../../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

test('one record is found by what names it, and a booking says when it begins where it is', async () => {
  const schedule = await makeSchedule(app);
  const { organization } = schedule;
  const { client } = await makeSyncScene(app, { organization, scopes: schedulingScopes });
  await makeAppointment(schedule, (await makeBooking(schedule, '2041-05-07T14:00:00Z')).id);
  const made = await makeAppointment(
    schedule,
    (await makeBooking(schedule, '2041-05-08T14:00:00Z')).id,
  );
  const connection = await connectOwn({ client }, 'scheduling');
  const ask = async (object: string, filter: string) => {
    const body = { object, filter };
    return bodyOf(await client.queryData({ params: { connection }, body })).records;
  };

  const [byId, ...others] = await ask('appointments', `id = ${made.appointment_id}`);
  const [byGuid] = await ask('appointments', `guid = '${made.appointment_guid}'`);
  const [booking] = await ask('bookings', `id = '${byId?.booking_id}'`);
  const none = await ask('patients', 'id = 999999999');

  assert.deepEqual([byGuid, others, none], [byId, [], []]);
  assert.equal(Number(byId?.id), made.appointment_id);
  assert.equal(booking?.start_local, '2041-05-08T09:00:00.000-05:00');
});

test('records say what practice, location and doctor are called, to whom may read practices', async () => {
  const named = { name: 'Smile', locations: [{ name: 'Mile High', timezone: 'America/Denver' }] };
  const schedule = await makeSchedule(app, { ...named, doctors: ['Dr. Stone'] });
  const { organization } = schedule;
  const booking = await makeBooking(schedule, '2041-05-07T14:00:00Z');
  await makeAppointment(schedule, booking.id);
  const namesSeenWith = async (scopes: readonly string[]) => {
    const { client } = await makeSyncScene(app, { organization, scopes });
    const connection = await connectOwn({ client }, 'scheduling', scopes.join(' '));
    const seen = ['appointments', 'bookings', 'patients'].map(async (object) => {
      const answer = await client.queryData({ params: { connection }, body: { object } });
      const [record] = bodyOf(answer).records;
      return [record?.practice_name, record?.location_name, record?.doctor_name];
    });
    return Promise.all(seen);
  };

  const all = await namesSeenWith(schedulingScopes);
  const few = await namesSeenWith(['appointments/get', 'bookings/get', 'patients/get']);

  const names = ['Smile', 'Mile High', 'Dr. Stone'];
  assert.deepEqual(all, [names, names, ['Smile', 'Mile High', undefined]]);
  assert.deepEqual(few, [
    [null, null, null],
    [null, null, null],
    [null, null, undefined],
  ]);
});
