import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const { ask, follow, untilSame, scene, destination } = await startFollowing();

test('a record that is too large is set aside, and what comes with it arrives', async () => {
  await ask.query(
    `create table large (id int primary key, text text); insert into large values (1, 'x')`,
  );
  const sync = await follow('large');
  await untilSame('large');

  await ask.query(
    `insert into large select 2, repeat('0123456789', 2000000); insert into large values (3, 'y')`,
  );
  const run = await until('it is set aside', async () => {
    const [run] = bodyOf(await scene.client.listRuns({ params: { sync } }));
    return run?.records_failed === 1 && run;
  });

  const { rows } = await destination.admin.query('select id from large order by id');
  assert.deepEqual([run.status, rows], ['running', [{ id: 1 }, { id: 3 }]]);
});

test('a transaction whose last part is large is committed with it', async () => {
  await ask.query(
    `create table parted (id int primary key, text text); insert into parted values (1, 'x')`,
  );
  await follow('parted');
  await untilSame('parted');

  await ask.query(`update parted set text = repeat('0123456789', 600000)`);
  await untilSame('parted');
});
