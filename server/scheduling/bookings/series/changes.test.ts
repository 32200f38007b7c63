import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { accepted, refused } from '../../testing/answers.ts';
import {
  makeAppointment,
  makeBooking,
  makeSchedule,
  put,
  type Scene,
} from '../../testing/scene.ts';
import { listAll, listDays, listSeries, makeSeries } from '../../testing/series.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

/** A series on Wednesdays from May 7, and its occurrences. */
async function makeWeekly(scene: Scene, status: 'open' | 'pending' | 'booked' = 'open') {
  const { id } = await makeSeries(scene, '2031-05-07T09:00', { status });
  const occurrences = await listSeries(scene, id);
  const idOf = (index: number) => occurrences[index]?.id as string;
  return { id, occurrences, idOf };
}

test('what is changed at the head is changed at the later occurrences that are not booked', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  await makeAppointment(scene, idOf(2));

  const answer = await put(scene, id, { length: 30, doctor_id: scene.second.id });

  assert.equal(accepted(answer).length, 30);
  const after = await listSeries(scene, id);
  const booked = after.find((one) => one.id === idOf(2));
  assert.deepEqual([booked?.length, booked?.doctor_id], [60, scene.doctor.id]);
  const others = after.filter((one) => one.id !== idOf(2));
  assert.equal(others.length, 12);
  for (const one of others) assert.deepEqual([one.length, one.doctor_id], [30, scene.second.id]);
});

test('a series moves to another time of the week, on the clock of the location', async () => {
  app.clock.set('2031-10-15T12:00:00Z');
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, '2031-10-22T09:00');

  await put(scene, id, { start_datetime: '2031-10-23T14:30' });

  const starts = (await listSeries(scene, id)).map(({ start_datetime }) => start_datetime);
  assert.deepEqual(starts.slice(0, 3), [
    '2031-10-23T14:30:00.000-05:00',
    '2031-10-30T14:30:00.000-05:00',
    '2031-11-06T14:30:00.000-06:00',
  ]);
  assert.equal(starts.length, 13);
});

for (const [direction, start, first, last] of [
  ['forward', '2031-05-14T09:00', '05-14', '08-06'],
  ['back', '2031-05-07T09:00', '05-07', '07-30'],
] as const) {
  test(`a series of pending bookings moves ${direction} by exactly a week`, async () => {
    const scene = await makeSchedule(app);
    const from = direction === 'forward' ? '2031-05-07T09:00' : '2031-05-14T09:00';
    const { id } = await makeSeries(scene, from, { status: 'pending' });

    const answer = await put(scene, id, { start_datetime: start });

    accepted(answer);
    const days = await listDays(scene);
    assert.deepEqual([days.length, days[0], days.at(-1)], [13, first, last]);
  });
}

test('a change of a series that one week refuses changes no week', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene, 'pending');
  await makeBooking(scene, '2031-06-04T11:00', { status: 'booked' });
  const before = await listAll(scene);

  const moved = await put(scene, id, { start_datetime: '2031-05-07T10:30' });

  refused(moved, 400, 'doctor_unavailable');
  assert.deepEqual(await listAll(scene), before);
});

for (const status of ['pending', 'booked'] as const) {
  test(`a head that is set to ${status} leaves the later occurrences open`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeWeekly(scene);

    const answer = await put(scene, id, { status });

    assert.equal(accepted(answer).status, status);
    const statuses = (await listSeries(scene, id)).map((one) => one.status);
    assert.deepEqual(statuses, [status, ...Array(12).fill('open')]);
  });
}

test('a status is of the head alone, whatever else goes for the series', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene);

  const answer = await put(scene, id, { status: 'booked', length: 30 });

  accepted(answer);
  const all = await listSeries(scene, id);
  assert.deepEqual(
    all.map(({ status, length }) => [status, length]),
    [['booked', 30], ...Array(12).fill(['open', 30])],
  );
});

test('the id of an occurrence stands for itself alone', async () => {
  const scene = await makeSchedule(app);
  const { id, occurrences, idOf } = await makeWeekly(scene);

  await put(scene, idOf(3), { length: 20, start_datetime: '2031-05-29T11:00' });
  await put(scene, idOf(5), { status: 'booked' });
  const deleted = await scene.client.deleteBooking({ params: { id: idOf(7) } });

  assert.deepEqual(accepted(deleted), { id: idOf(7), status: 'closed' });
  const after = new Map((await listSeries(scene, id)).map((one) => [one.id, one]));
  assert.equal(after.get(idOf(3))?.start_datetime, '2031-05-29T11:00:00.000-05:00');
  assert.equal(after.get(idOf(5))?.status, 'booked');
  assert.equal(after.has(idOf(7)), false);
  const others = occurrences.filter((_, index) => ![3, 5, 7].includes(index));
  for (const one of others) assert.deepEqual(after.get(one.id), one);
});

test('an occurrence that is booked and cancelled is an opening again', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  const { appointment_guid } = await makeAppointment(scene, idOf(2));

  await scene.client.cancelAppointment({ params: { id: appointment_guid } });

  const statuses = (await listSeries(scene, id)).map(({ status }) => status);
  assert.deepEqual(statuses, Array(13).fill('open'));
});

test('an occurrence that is held leaves the others open', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);

  const answer = await put(scene, idOf(1), { status: 'pending' });

  assert.ok(accepted(answer).held_until);
  const statuses = (await listSeries(scene, id)).map(({ status }) => status);
  assert.deepEqual(statuses, ['open', 'pending', ...Array(11).fill('open')]);
});

test('what each occurrence becomes is on the event log', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene);
  await put(scene, id, { length: 30 });
  await scene.client.deleteBooking({ params: { id } });

  const rows = await app.server.platform.database
    .of(scene.organization)
    .reading.rows<{ type: string; count: number }>(
      'select type, count(*)::int as count from platform.event group by type order by type',
    );

  assert.deepEqual(
    rows.map(({ type, count }) => [type, count]),
    [
      ['booking.created', 13],
      ['booking.deleted', 13],
      ['booking.updated', 13],
    ],
  );
});
