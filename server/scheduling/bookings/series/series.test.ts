import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { accepted, refused } from '../../testing/answers.ts';
import { countRows } from '../../testing/promises.ts';
import { bookingBody, makeBooking, makeSchedule, put } from '../../testing/scene.ts';
import { listAll, listDays, listSeries, makeSeries } from '../../testing/series.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

const zones = {
  'America/Chicago': ['-06:00', '-05:00', '-05:00', '-06:00'],
  'Europe/London': ['+00:00', '+01:00', '+01:00', '+00:00'],
  'Australia/Sydney': ['+11:00', '+10:00', '+10:00', '+11:00'],
};
for (const [timezone, [winter, spring, summer, autumn]] of Object.entries(zones)) {
  for (const [first, before, after] of [
    ['2031-02-20', winter, spring],
    ['2031-09-18', summer, autumn],
  ] as const) {
    test(`a weekly series from ${first} stays at nine o'clock in ${timezone}`, async () => {
      app.clock.set(`${first}T00:00:00Z`);
      app.clock.advance({ days: -1 });
      const scene = await makeSchedule(app, { locations: [{ name: 'Main', timezone }] });

      const { id } = await makeSeries(scene, `${first}T09:00:00`);

      const occurrences = await listSeries(scene, id);
      const starts = occurrences.map(({ start_datetime }) => start_datetime);
      const days = Array.from({ length: 13 }, (_, index) =>
        Temporal.PlainDate.from(first).add({ weeks: index }).toString(),
      );
      assert.deepEqual(
        starts.map((start) => start.slice(0, -6)),
        days.map((day) => `${day}T09:00:00.000`),
      );
      assert.equal(starts[0]?.slice(-6), before);
      assert.equal(starts.at(-1)?.slice(-6), after);
      assert.deepEqual([...new Set(starts.map((start) => start.slice(-6)))], [before, after]);
    });
  }
}

test('an occurrence at a time that the clock skips moves forward, by itself', async () => {
  app.clock.set('2031-03-01T12:00:00Z');
  const scene = await makeSchedule(app);

  await makeSeries(scene, '2031-03-02T02:30:00');

  const starts = (await listAll(scene)).map(({ start_datetime }) => start_datetime);
  assert.deepEqual(starts.slice(0, 3), [
    '2031-03-02T02:30:00.000-06:00',
    '2031-03-09T03:30:00.000-05:00',
    '2031-03-16T02:30:00.000-05:00',
  ]);
});

test('occurrences are bookings of their own, alike, with the id of the first as series_id', async () => {
  const scene = await makeSchedule(app);

  const { id, ...head } = await makeSeries(scene, '2031-05-07T09:00', { length: 45 });

  const occurrences = await listAll(scene);
  assert.equal(head.series_id, id);
  assert.equal(new Set(occurrences.map((one) => one.id)).size, 13);
  for (const { id: _, start_datetime, ...rest } of occurrences) {
    assert.deepEqual({ ...rest, start_datetime: head.start_datetime }, head);
  }
});

test('a series that starts later reaches twelve weeks beyond its start', async () => {
  const scene = await makeSchedule(app);

  await makeSeries(scene, '2031-07-02T09:00');

  const days = await listDays(scene);
  assert.equal(days.length, 13);
  assert.deepEqual([days[0], days.at(-1)], ['07-02', '09-24']);
});

test('a series that started in the past has what lies ahead, up to twelve weeks from now', async () => {
  const scene = await makeSchedule(app);

  const head = await makeSeries(scene, '2031-04-16T09:00', { status: 'pending' });

  const days = await listDays(scene);
  assert.deepEqual([...days.slice(0, 3), days.at(-1)], ['04-16', '05-07', '05-14', '07-23']);
  assert.equal(head.start_datetime, '2031-04-16T09:00:00.000-05:00');
});

for (const status of ['pending', 'booked'] as const) {
  test(`a series of ${status} bookings takes the doctor's time every week`, async () => {
    const scene = await makeSchedule(app);
    await makeSeries(scene, '2031-05-07T09:00', { status });

    const body = bookingBody(scene, '2031-06-11T09:30', { status: 'booked' });
    const answer = await scene.client.createBooking({ body });

    refused(answer, 400, 'doctor_unavailable');
    const statuses = new Set((await listAll(scene)).map((one) => one.status));
    assert.deepEqual([...statuses], [status]);
  });
}

test('a series whose fourth week is taken is refused, and nothing of it is written', async () => {
  const scene = await makeSchedule(app);
  await makeBooking(scene, '2031-05-28T09:30', { status: 'booked' });

  const body = bookingBody(scene, '2031-05-07T09:00', { status: 'pending', recurring: true });
  const answer = await scene.client.createBooking({ body });

  refused(answer, 400, 'doctor_unavailable');
  assert.equal(await countRows(scene, 'scheduling.booking'), 1);
  assert.equal(await countRows(scene, 'scheduling.series'), 0);
});

test('an open series may lie over what is taken; the weeks that are free are listed', async () => {
  const scene = await makeSchedule(app);
  const taken = await makeBooking(scene, '2031-05-14T09:30', { status: 'booked' });

  const { id } = await makeSeries(scene, '2031-05-07T09:00');

  const days = (await listSeries(scene, id)).map((one) => one.start_datetime.slice(5, 10));
  assert.deepEqual(days.slice(0, 3), ['05-07', '05-21', '05-28']);
  accepted(await put(scene, taken.id, { status: 'open' }));
  assert.equal((await listSeries(scene, id)).length, 13);
});

test('each occurrence is on the event log', async () => {
  const scene = await makeSchedule(app);
  await makeSeries(scene, '2031-05-07T09:00');

  const count = await countRows(scene, "platform.event where type = 'booking.created'");

  assert.equal(count, 13);
});
