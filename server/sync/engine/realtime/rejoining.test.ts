import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const { ask, follow, untilSame, untilRun, scene, destination } = await startFollowing();

test('a mirror that is begun anew keeps nothing of what it had met before', async () => {
  await ask.query(`create table halves (id int primary key, name text);
    insert into halves select n, 'row ' || n from generate_series(1, 300) n`);
  await destination.admin.query(`create table halves (id int primary key, name text);
    create table held (); create function hold() returns trigger language plpgsql as $$
      begin if new.id = 250 then lock table held; end if; return new; end $$;
    create trigger hold before insert on halves for each row execute function hold()`);
  await destination.admin.query('begin; lock table held');
  const settings = { mode: 'mirror', batch_size: 100, max_delete_percent: 100 };
  const sync = await follow('halves', settings);
  await until('half of it is read', async () => {
    const { rows } = await destination.admin.query('select count(*)::int as count from halves');
    return rows[0].count === 200;
  });
  const run = await untilRun(sync, 'running');
  bodyOf(await scene.client.cancelRun({ params: { sync, run: run.id } }));
  await untilRun(sync, 'cancelled');

  await ask.query('delete from halves where id = 50');
  await destination.admin.query('commit; drop trigger hold on halves');
  bodyOf(await scene.client.resumeRun({ params: { sync, run: run.id }, body: {} }));
  const rows = await untilSame('halves');

  assert.equal(rows.length, 299);
});
