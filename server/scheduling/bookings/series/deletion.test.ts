import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { accepted, refused, refusedField } from '../../testing/answers.ts';
import {
  makeAppointment,
  makeBooking,
  makeSchedule,
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

/** A series on Wednesdays from May 7, and the ids of its occurrences. */
async function makeWeekly(scene: Scene, status: 'open' | 'pending' | 'booked' = 'open') {
  const { id } = await makeSeries(scene, '2031-05-07T09:00', { status });
  const occurrences = await listSeries(scene, id);
  return { id, idOf: (index: number) => occurrences[index]?.id as string };
}

type Scope = 'one' | 'following';

const remove = ({ client }: Scene, id: string, scope?: Scope) =>
  client.deleteBooking({ params: { id }, ...(scope ? { query: { scope } } : {}) });

/** What a deletion says of a series. */
const said = ({ headers }: { headers: Headers }) => [
  headers.get('series-changed'),
  headers.get('series-kept'),
];

test('deleting the head deletes the later occurrences that have no appointment', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  await makeAppointment(scene, idOf(4));
  await put(scene, idOf(6), { status: 'booked' });
  await put(scene, idOf(8), { status: 'pending' });

  const answer = await remove(scene, id);

  assert.deepEqual(accepted(answer), { id, status: 'closed' });
  assert.deepEqual(said(answer), ['12', idOf(4)]);
  const after = await listAll(scene);
  assert.deepEqual(
    after.map((one) => [one.id, one.status]),
    [[idOf(4), 'booked']],
  );
  refused(await scene.client.getBooking({ params: { id: idOf(1) } }), 410, 'gone');
});

test('deleting a head with an appointment keeps it, and deletes what follows', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene);
  await makeAppointment(scene, id);

  const answer = await remove(scene, id);
  const again = await remove(scene, id);

  assert.deepEqual(accepted(answer), { id, status: 'booked' });
  assert.deepEqual(said(answer), ['12', id]);
  assert.deepEqual(await listDays(scene), ['05-07']);
  assert.equal(accepted(await scene.client.getBooking({ params: { id } })).recurring, false);
  refused(again, 400, 'booking_has_appointment');
});

for (const status of ['open', 'pending', 'booked'] as const) {
  test(`deleting a head of a ${status} series that has passed keeps it, and ends the series`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeWeekly(scene, status);
    app.clock.set('2031-05-20T12:00:00Z');

    const answer = await remove(scene, id);

    assert.deepEqual(accepted(answer), { id, status });
    assert.deepEqual(said(answer), ['11', id]);
    await extendAllSeries(scene);
    const coming = (await listSeries(scene, id)).filter((one) => one.start_datetime > '2031-05-20');
    assert.deepEqual(coming, []);
    accepted(await scene.client.getBooking({ params: { id } }));
  });
}

test('an occurrence is deleted with what follows by scope=following', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);
  await makeAppointment(scene, idOf(5));

  const answer = await remove(scene, idOf(3), 'following');

  assert.deepEqual(accepted(answer), { id: idOf(3), status: 'closed' });
  assert.deepEqual(said(answer), ['9', idOf(5)]);
  assert.deepEqual(await listDays(scene), ['05-07', '05-14', '05-21', '06-11']);
  app.clock.advance({ days: 14 });
  await extendAllSeries(scene);
  assert.equal(
    (await listSeries(scene, id)).some((one) => one.start_datetime > '2031-06-12'),
    false,
  );
});

test('a series whose rest was deleted can go on from its last one', async () => {
  const scene = await makeSchedule(app);
  const { idOf } = await makeWeekly(scene);
  accepted(await remove(scene, idOf(3), 'following'));

  const answer = await put(scene, idOf(2), { recurring: true });

  assert.equal(accepted(answer).series_id, idOf(2));
  const days = (await listSeries(scene, idOf(2))).map((one) => one.start_datetime.slice(5, 10));
  assert.deepEqual([days.length, days[0], days[1]], [13, '05-21', '05-28']);
});

test('a series that was deleted around the appointment of its head can begin again there', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene);
  await makeAppointment(scene, id);
  accepted(await remove(scene, id));

  accepted(await put(scene, id, { recurring: true }));

  const statuses = (await listSeries(scene, id)).map((one) => one.status);
  assert.deepEqual(statuses, ['booked', ...Array(12).fill('open')]);
});

test('the first occurrence is deleted alone by scope=one, and the series goes on', async () => {
  const scene = await makeSchedule(app);
  const { id, idOf } = await makeWeekly(scene);

  const answer = await remove(scene, id, 'one');

  assert.deepEqual(accepted(answer), { id, status: 'closed' });
  assert.deepEqual(said(answer), [null, null]);
  assert.equal((await listSeries(scene, id)).length, 12);
  app.clock.advance({ days: 9 });
  await extendAllSeries(scene);
  assert.equal((await listDays(scene)).at(-1), '08-06');
  const rest = await remove(scene, idOf(1), 'following');
  accepted(rest);
  assert.equal((await listAll(scene)).filter((one) => one.start_datetime > '2031-05-14').length, 0);
});

for (const scope of ['one', 'following'] as const) {
  test(`a booking that is in no series is deleted by scope=${scope}, unless it has an appointment`, async () => {
    const scene = await makeSchedule(app);
    const free = await makeBooking(scene, '2031-05-07T09:00');
    const had = await makeBooking(scene, '2031-05-07T11:00');
    await makeAppointment(scene, had.id);

    const deleted = await remove(scene, free.id, scope);
    const kept = await remove(scene, had.id, scope);

    assert.deepEqual(accepted(deleted), { id: free.id, status: 'closed' });
    assert.deepEqual(said(deleted), [null, null]);
    refused(kept, 400, 'booking_has_appointment');
  });
}

test('a scope that is none is refused, and named', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeWeekly(scene);

  const answers = [
    await scene.client.deleteBooking({ params: { id }, query: { scope: 'all' as 'one' } }),
    await scene.client.updateBooking({
      params: { id },
      query: { scope: 'all' as 'one' },
      body: { length: 30 },
    }),
  ];

  for (const answer of answers) assert.equal(refusedField<unknown>(answer), 'scope');
  assert.equal((await listSeries(scene, id)).length, 13);
});
