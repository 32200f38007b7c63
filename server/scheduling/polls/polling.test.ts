import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { setTime } from '../../testing/time.ts';
import { burst } from '../testing/burst.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const other = await app.another();
const { database } = app.server.platform;

for (const count of [10, 30]) {
  test(`${count} booked at once, and nobody who polls misses one or is told twice`, async () => {
    const scene = await makeSchedule(app);
    const place = { ...scene, database, urls: [app.url, other.url] };

    const problems = await burst(place, count, [0, 15, 1_000]);

    assert.deepEqual(problems, []);
  });
}

test('nor while the clock of the database is behind what was stamped before', async () => {
  const scene = await makeSchedule(app);
  const place = { ...scene, database, urls: [app.url, other.url] };
  await setTime(app, new Date(Date.now() + 3_600_000));
  const { id } = await makeBooking(scene, new Date(Date.now() + 86_400_000).toISOString());
  await makeAppointment(scene, id);
  await setTime(app, new Date());

  const problems = await burst(place, 20, [0, 15]);

  assert.deepEqual(problems, []);
});
