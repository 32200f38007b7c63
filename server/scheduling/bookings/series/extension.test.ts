import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readId } from '../../../runtime/ids.ts';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { accepted } from '../../testing/answers.ts';
import { makeAppointment, makeBooking, makeSchedule, put } from '../../testing/scene.ts';
import { extendAllSeries, listDays, listSeries, makeSeries } from '../../testing/series.ts';
import { extendSeries } from './series.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const first = '2031-05-07T09:00';
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

test('as time passes, later occurrences are added: always twelve weeks ahead', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, first);
  app.clock.set('2031-05-29T12:00:00Z');

  await extendAllSeries(scene);

  const occurrences = await listSeries(scene, id);
  assert.equal(occurrences.length, 12);
  assert.equal(occurrences.at(-1)?.start_datetime, '2031-08-20T09:00:00.000-05:00');
  assert.equal(occurrences.at(-1)?.recurring, true);
});

test('extending again adds nothing', async () => {
  const scene = await makeSchedule(app);
  await makeSeries(scene, first);
  app.clock.set('2031-05-29T12:00:00Z');
  await extendAllSeries(scene);
  const once = await listDays(scene);

  await Promise.all([extendAllSeries(scene), extendAllSeries(scene)]);

  assert.deepEqual(await listDays(scene), once);
});

test('an extended series keeps its wall-clock time across the change of the clock', async () => {
  app.clock.set('2031-08-19T12:00:00Z');
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, '2031-08-20T09:00');
  app.clock.set('2031-08-28T12:00:00Z');

  await extendAllSeries(scene);

  const starts = (await listSeries(scene, id)).map(({ start_datetime }) => start_datetime);
  assert.equal(starts.at(-1), '2031-11-19T09:00:00.000-06:00');
});

test('what was deleted or moved by itself is not added again', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, first);
  const occurrences = await listSeries(scene, id);
  const last = occurrences.at(-1)?.id as string;
  const beforeLast = occurrences.at(-2)?.id as string;
  accepted(await scene.client.deleteBooking({ params: { id: last } }));
  accepted(await put(scene, beforeLast, { start_datetime: '2031-07-24T15:00' }));
  app.clock.set('2031-05-15T12:00:00Z');

  await extendAllSeries(scene);

  const days = await listDays(scene);
  assert.deepEqual(days.slice(-3), ['07-16', '07-24', '08-06']);
});

test('what was booked is not added again', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, first);
  const last = (await listSeries(scene, id)).at(-1)?.id as string;
  await makeAppointment(scene, last);
  app.clock.set('2031-05-15T12:00:00Z');

  await extendAllSeries(scene);

  assert.deepEqual((await listDays(scene)).slice(-2), ['07-30', '08-06']);
});

test('a week that is taken is left out of a pending series, until it is free again', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, first, { status: 'pending' });
  const taken = await makeBooking(scene, '2031-08-06T09:30', { status: 'booked' });
  app.clock.set('2031-05-23T12:00:00Z');
  await extendAllSeries(scene);
  const without = await listDays(scene);
  accepted(await scene.client.deleteBooking({ params: { id: taken.id } }));

  await extendAllSeries(scene);

  assert.deepEqual(without.slice(-3), ['07-30', '08-06', '08-13']);
  const after = (await listSeries(scene, id)).map(({ start_datetime }) => start_datetime);
  assert.ok(after.includes('2031-08-06T09:00:00.000-05:00'));
});

test('a changed series goes on as it was changed', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, first);
  accepted(await put(scene, id, { length: 20, start_datetime: '2031-05-08T13:00' }));
  app.clock.set('2031-05-16T12:00:00Z');

  await extendAllSeries(scene);

  const last = (await listSeries(scene, id)).at(-1);
  assert.equal(last?.start_datetime, '2031-08-07T13:00:00.000-05:00');
  assert.equal(last?.length, 20);
});

test('holding the first opening of a series does not make pending what is added later', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, first);
  accepted(await put(scene, id, { status: 'pending' }));
  app.clock.set('2031-05-15T12:00:00Z');

  await extendAllSeries(scene);

  const statuses = new Set((await listSeries(scene, id)).map(({ status }) => status));
  assert.deepEqual([...statuses], ['open']);
});

test('series of every organization are extended', async () => {
  const scenes = [await makeSchedule(app), await makeSchedule(app)] as const;
  for (const scene of scenes) await makeSeries(scene, first);
  app.clock.set('2031-05-15T12:00:00Z');

  await extendAllSeries(scenes[0]);

  for (const scene of scenes) assert.equal((await listDays(scene)).at(-1), '08-06');
});

test('a series that is deleted while it is being extended leaves nothing behind', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeSeries(scene, first);
  app.clock.set('2031-05-15T12:00:00Z');
  const wall = app.server.platform.database.of(scene.organization);
  const { organization } = scene;
  const series = readId('booking', id) as number;
  let deleting: Promise<unknown> = Promise.resolve();

  await wall.transaction(async (tx) => {
    await extendSeries({ tx, organization, now: app.clock.now() }, series);
    deleting = scene.client.deleteBooking({ params: { id } });
    await until('the deletion waits for the extension', async () => {
      const rows = await app.server.platform.database.system.reading.rows(
        `select from pg_locks join pg_stat_activity using (pid)
         where not granted and datname = current_database()`,
      );
      return rows.length > 0 ? true : undefined;
    });
  });
  await deleting;

  assert.deepEqual(await listDays(scene), []);
});
