import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const { ask, follow, untilSame, untilRun, scene, slots, destination } = await startFollowing();

test('what is there arrives, and what changes after that', async () => {
  await ask.query(`create table people (id int primary key, name text, big text);
    alter table people alter big set storage external;
    insert into people select n, 'name ' || n, repeat('x', 5000) from generate_series(1, 1000) n`);
  const sync = await follow('people');
  const first = await untilSame('people');
  await ask.query(`insert into people values (1001, 'new', null);
    update people set name = 'other' where id = 1;
    update people set id = 5000 where id = 2;
    delete from people where id = 3`);
  const second = await untilSame('people');
  const run = await untilRun(sync, 'running');

  assert.equal(first.length, 1000);
  assert.equal(second.length, 1000);
  assert.equal(run.trigger, 'realtime');
  assert.equal((await slots()).length, 1);
  const { rows } = await destination.admin.query('select length(big) from people where id = 1');
  assert.deepEqual(rows, [{ length: 5000 }]);
  const shown = bodyOf(await scene.client.getSync({ params: { sync } }));
  assert.equal(shown.status, 'running');
});
