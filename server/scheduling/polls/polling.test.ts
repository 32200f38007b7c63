import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { burst } from '../testing/burst.ts';
import { makeSchedule } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const other = await app.another();
const { database } = app.server.platform;

for (const count of [10, 60]) {
  test(`${count} booked at once, and nobody who polls misses one or is told twice`, async () => {
    const scene = await makeSchedule(app);
    const place = { ...scene, database, urls: [app.url, other.url] };

    const problems = await burst(place, count, [0, 15, 1_000]);

    assert.deepEqual(problems, []);
  });
}
