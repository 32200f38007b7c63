import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { accepted } from '../../testing/answers.ts';
import { countRows } from '../../testing/promises.ts';
import {
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  patientBody,
  put,
  type Scene,
} from '../../testing/scene.ts';
import {
  extendAllSeries,
  listAll,
  listDays,
  listSeries,
  makeSeries,
} from '../../testing/series.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

async function makeWeekly(scene: Scene, status: 'open' | 'pending' = 'open') {
  const { id } = await makeSeries(scene, '2031-05-07T09:00', { status });
  const occurrences = await listSeries(scene, id);
  return { id, idOf: (index: number) => occurrences[index]?.id as string };
}

test('recurring: true starts a series at a booking', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, '2031-05-07T09:00');

  const answer = await put(scene, id, { recurring: true });

  assert.deepEqual([accepted(answer).recurring, accepted(answer).series_id], [true, id]);
  assert.equal((await listSeries(scene, id)).length, 13);
  const created = "platform.event where type = 'booking.created'";
  assert.equal(await countRows(scene, created), 13);
});

for (const status of ['pending', 'booked'] as const) {
  test(`a series that starts at a ${status} booking is of open ones, over what is taken as well`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, '2031-05-07T09:00', { status });
    await makeBooking(scene, '2031-06-04T09:30', { status: 'booked' });

    const answer = await put(scene, id, { recurring: true });

    assert.equal(accepted(answer).status, status);
    const statuses = (await listSeries(scene, id)).map((one) => one.status);
    assert.deepEqual(statuses, [status, ...Array(11).fill('open')]);
  });
}

test('a series that starts at an opening that a patient has booked is of open ones', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, '2031-05-07T09:00');
  await makeAppointment(scene, id);

  const answer = await put(scene, id, { recurring: true });

  assert.deepEqual([accepted(answer).recurring, accepted(answer).status], [true, 'booked']);
  const statuses = (await listSeries(scene, id)).map((one) => one.status);
  assert.deepEqual(statuses, ['booked', ...Array(12).fill('open')]);
  app.clock.advance({ days: 14 });
  await extendAllSeries(scene);
  const added = (await listSeries(scene, id)).slice(1).map((one) => one.status);
  assert.deepEqual(new Set(added), new Set(['open']));
});

test('a series can start with a hold: its first opening is held, the later ones are open', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const { id } = await makeBooking(scene, '2031-05-07T09:00');

  const answer = await put(scene, id, { recurring: true, status: 'pending' });

  assert.ok(accepted(answer).held_until);
  const statuses = (await listSeries(scene, id)).map(({ status }) => status);
  assert.deepEqual(statuses, ['pending', ...Array(12).fill('open')]);
  const hold_token = answer.headers.get('hold-token');
  accepted(await stranger.client.createPatient({ body: patientBody(id, { hold_token }) }));
});

test('recurring: false at the head ends the series after it', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  await makeAppointment(scene, idOf(3));

  const answer = await put(scene, id, { recurring: false });

  assert.equal(accepted(answer).recurring, false);
  assert.deepEqual(await listDays(scene), ['05-07', '05-28']);
  app.clock.advance({ days: 30 });
  await extendAllSeries(scene);
  assert.deepEqual(await listDays(scene), ['05-28']);
});

test('recurring: false at an occurrence ends the series after that one', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);

  const answer = await put(scene, idOf(2), { recurring: false });

  assert.equal(accepted(answer).recurring, false);
  assert.deepEqual(await listDays(scene), ['05-07', '05-14', '05-21']);
  await extendAllSeries(scene);
  assert.equal((await listSeries(scene, id)).length, 3);
});

test('a series that has ended stays so when its head is changed', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  await put(scene, idOf(2), { recurring: false });

  const answer = await put(scene, id, { length: 30 });

  accepted(answer);
  await extendAllSeries(scene);
  const lengths = (await listSeries(scene, id)).map(({ length }) => length);
  assert.deepEqual(lengths, [30, 30, 30]);
});

test('recurring: true at the last one of an ended series starts a series of its own there', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  await put(scene, idOf(2), { recurring: false });

  const answer = await put(scene, idOf(2), { recurring: true });

  assert.equal(accepted(answer).series_id, idOf(2));
  assert.equal((await listSeries(scene, id)).length, 2);
  const begun = await listSeries(scene, idOf(2));
  assert.deepEqual(
    [
      begun.length,
      begun[0]?.start_datetime.slice(5, 10),
      begun.at(-1)?.start_datetime.slice(5, 10),
    ],
    [13, '05-21', '08-13'],
  );
});

test('recurring: true at an occurrence of a series that goes on changes nothing', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);

  const answer = await put(scene, idOf(2), { recurring: true });

  assert.equal(accepted(answer).series_id, id);
  assert.equal((await listSeries(scene, id)).length, 13);
});

for (const status of ['open', 'pending'] as const) {
  test(`a series of ${status} bookings can end and begin again, whatever became of it`, async () => {
    const scene = await makeSchedule(app);
    const { id, idOf } = await makeWeekly(scene, status);
    await makeAppointment(scene, idOf(3));
    accepted(await scene.client.deleteBooking({ params: { id: idOf(5) } }));
    accepted(await put(scene, id, { recurring: false }));

    const answer = await put(scene, id, { recurring: true });

    accepted(answer);
    const after = await listSeries(scene, id);
    const statuses = after.map((one) => one.status);
    assert.deepEqual(statuses, [status, 'open', 'open', 'booked', ...Array(9).fill('open')]);
    assert.equal(new Set(after.map((one) => one.start_datetime)).size, 13);
  });
}

test('a series that was deleted is not extended', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene);
  accepted(await scene.client.deleteBooking({ params: { id } }));
  app.clock.advance({ days: 50 });

  await extendAllSeries(scene);

  assert.deepEqual(await listAll(scene), []);
});
