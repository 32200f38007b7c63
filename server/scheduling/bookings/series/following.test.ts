import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Booking } from '../../../../contract/scheduling/shapes.ts';
import { startServer } from '../../../testing/server.ts';
import { accepted, refused } from '../../testing/answers.ts';
import {
  type ChangeBody,
  makeAppointment,
  makeBooking,
  makeSchedule,
  put,
  type Scene,
} from '../../testing/scene.ts';
import { extendAllSeries, listAll, listSeries, makeSeries } from '../../testing/series.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

/** A series on Wednesdays from May 7, and the ids of its occurrences. */
async function makeWeekly(scene: Scene, status: 'open' | 'pending' | 'booked' = 'open') {
  const { id } = await makeSeries(scene, '2031-05-07T09:00', { status });
  const occurrences = await listSeries(scene, id);
  return { id, idOf: (index: number) => occurrences[index]?.id as string };
}

const follow = ({ client }: Scene, id: string, body: ChangeBody) =>
  client.updateBooking({ params: { id }, query: { scope: 'following' }, body });

/** Month, day and time of each. */
const times = (bookings: readonly Booking[]) =>
  bookings.map(({ start_datetime }) => start_datetime.slice(5, 16));

test('a series is moved though its first occurrence has an appointment, which stays', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  await makeAppointment(scene, id);
  await makeAppointment(scene, idOf(2));

  const answer = await put(scene, id, { start_datetime: '2031-05-07T13:00', length: 45 });

  assert.equal(accepted(answer).start_datetime, '2031-05-07T09:00:00.000-05:00');
  assert.equal(accepted(answer).length, 60);
  assert.equal(answer.headers.get('series-changed'), '11');
  assert.equal(answer.headers.get('series-kept'), `${id}, ${idOf(2)}`);
  const after = await listSeries(scene, id);
  assert.deepEqual(times(after).slice(0, 4), [
    '05-07T09:00',
    '05-14T13:00',
    '05-21T09:00',
    '05-28T13:00',
  ]);
  assert.deepEqual(
    after.slice(0, 4).map(({ length }) => length),
    [60, 45, 60, 45],
  );
});

test('a series is moved though its first occurrences have passed, which stay', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene, 'pending');
  app.clock.set('2031-05-20T12:00:00Z');

  const answer = await put(scene, id, { start_datetime: '2031-05-07T10:30' });

  assert.equal(accepted(answer).start_datetime, '2031-05-07T09:00:00.000-05:00');
  const after = times(await listSeries(scene, id));
  assert.deepEqual(after.slice(0, 4), ['05-07T09:00', '05-14T09:00', '05-21T10:30', '05-28T10:30']);
  await extendAllSeries(scene);
  assert.deepEqual(times(await listSeries(scene, id)).slice(-2), ['07-30T10:30', '08-06T10:30']);
});

describe('where the booking itself stays, a start says from when on, which day and time:', () => {
  const cases = [
    ['its own day at another time', '2031-05-07T10:00', ['05-21T10:00', '05-28T10:00']],
    ['a day earlier', '2031-05-06T10:00', ['05-20T10:00', '05-27T10:00']],
    ['the next of its days', '2031-05-21T10:00', ['05-21T10:00', '05-28T10:00']],
    ['another day of this week', '2031-05-23T10:00', ['05-23T10:00', '05-30T10:00']],
    ['a day that comes later', '2031-05-26T10:00', ['05-26T10:00', '06-02T10:00']],
    ['a day weeks ahead', '2031-07-02T10:00', ['07-02T10:00', '07-09T10:00']],
  ] as const;
  for (const [what, start_datetime, expected] of cases) {
    test(what, async () => {
      const scene = await makeSchedule(app);
      const { id } = await makeWeekly(scene, 'pending');
      app.clock.set('2031-05-20T08:00:00Z');

      accepted(await put(scene, id, { start_datetime }));

      const after = times(await listSeries(scene, id));
      assert.deepEqual(after.slice(2, 4), expected);
      assert.equal(new Set(after).size, 13);
    });
  }
});

test('what was booked without an appointment goes with the series', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  accepted(await put(scene, idOf(3), { status: 'booked' }));

  accepted(await put(scene, id, { start_datetime: '2031-05-08T10:00' }));

  const moved = (await listSeries(scene, id)).find((one) => one.id === idOf(3));
  assert.deepEqual([moved?.start_datetime.slice(5, 16), moved?.status], ['05-29T10:00', 'booked']);
});

test('an appointment of the series does not stand in the way of the others', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene, 'pending');
  await makeAppointment(scene, idOf(4));

  const answer = await put(scene, id, { start_datetime: '2031-05-14T09:00' });

  accepted(answer);
  assert.equal(answer.headers.get('series-kept'), idOf(4));
  const after = await listSeries(scene, id);
  assert.deepEqual(times(after), [
    '05-14T09:00',
    '05-21T09:00',
    '05-28T09:00',
    ...['06-04', '06-18', '06-25', '07-02', '07-09', '07-16', '07-23', '07-30', '08-06'].map(
      (day) => `${day}T09:00`,
    ),
  ]);
  assert.equal(after.find((one) => one.id === idOf(4))?.status, 'booked');
  refused(await scene.client.getBooking({ params: { id: idOf(3) } }), 410, 'gone');
});

test('an appointment of somebody else does stand in the way, and then nothing changes', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene, 'pending');
  const other = await makeBooking(scene, '2031-05-28T11:00');
  await makeAppointment(scene, other.id);
  const before = await listAll(scene);

  const answer = await put(scene, id, { start_datetime: '2031-05-07T11:30' });

  refused(answer, 400, 'doctor_unavailable');
  assert.deepEqual(await listAll(scene), before);
});

test('scope=following changes an occurrence and what follows it, and what is added later', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);

  const answer = await follow(scene, idOf(10), {
    start_datetime: '2031-07-17T14:00',
    doctor_id: scene.second.id,
  });

  assert.equal(accepted(answer).doctor_id, scene.second.id);
  assert.equal(answer.headers.get('series-changed'), '3');
  const before = await listSeries(scene, id);
  assert.deepEqual(times(before).slice(9), [
    '07-09T09:00',
    '07-17T14:00',
    '07-24T14:00',
    '07-31T14:00',
  ]);
  assert.deepEqual(
    new Set(before.slice(0, 10).map((one) => one.doctor_id)),
    new Set([scene.doctor.id]),
  );
  app.clock.advance({ days: 10 });
  await extendAllSeries(scene);
  const added = (await listSeries(scene, id)).at(-1);
  assert.deepEqual(
    [added?.start_datetime.slice(5, 16), added?.doctor_id],
    ['08-07T14:00', scene.second.id],
  );
});

test('scope=one changes the first occurrence alone', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene);

  const answer = await scene.client.updateBooking({
    params: { id },
    query: { scope: 'one' },
    body: { start_datetime: '2031-05-07T15:00' },
  });

  assert.equal(answer.headers.get('series-changed'), null);
  assert.deepEqual(times(await listSeries(scene, id)).slice(0, 2), ['05-07T15:00', '05-14T09:00']);
});

test('scope=following is nothing new for a booking that is in no series', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, '2031-05-07T09:00');
  const moved = await follow(scene, id, { start_datetime: '2031-05-07T10:00' });
  await makeAppointment(scene, id);

  const refusal = await follow(scene, id, { start_datetime: '2031-05-07T11:00' });

  assert.equal(accepted(moved).start_datetime, '2031-05-07T10:00:00.000-05:00');
  assert.equal(moved.headers.get('series-changed'), null);
  refused(refusal, 400, 'booking_has_appointment');
});

test('the status of a head with an appointment is refused, and nothing of the series changes', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene);
  await makeAppointment(scene, id);
  const before = await listSeries(scene, id);

  const answer = await put(scene, id, { status: 'open', length: 30 });

  refused(answer, 400, 'booking_has_appointment');
  assert.deepEqual(await listSeries(scene, id), before);
});

test('an occurrence that is held goes with the series, and stays held', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  const held = accepted(await put(scene, idOf(1), { status: 'pending' }));

  accepted(await put(scene, id, { length: 30 }));

  const after = (await listSeries(scene, id)).find((one) => one.id === idOf(1));
  assert.deepEqual(
    [after?.length, after?.status, after?.held_until],
    [30, 'pending', held.held_until],
  );
});

test('a series moves to another location, at the time that its first occurrence has there', async () => {
  const locations = [
    { name: 'Main', timezone: 'America/Chicago' },
    { name: 'Annex', timezone: 'America/Denver' },
  ];
  const scene = await makeSchedule(app, { locations });
  const { id } = await makeWeekly(scene);
  await makeAppointment(scene, id);

  accepted(await put(scene, id, { location_id: scene.annex.id }));

  const after = await listSeries(scene, id);
  assert.deepEqual(times(after).slice(0, 2), ['05-07T09:00', '05-14T08:00']);
  assert.equal(after[1]?.location_id, scene.annex.id);
  app.clock.advance({ days: 9 });
  await extendAllSeries(scene);
  assert.equal(times(await listSeries(scene, id)).at(-1), '08-06T08:00');
});
