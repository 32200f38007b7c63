import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const following = await startFollowing({ max_slot_wal_keep_size: '64MB', wal_keep_size: '0' });
const { ask, follow, untilSame, untilRun, scene, slots, destination, from } = following;
const { client } = scene;

const filled = (table: string, count = 10) =>
  ask.query(`create table ${table} (id int primary key, name text);
    insert into ${table} select n, 'row ' || n from generate_series(1, ${count}) n`);

const resume = async (sync: string, run: string) =>
  bodyOf(await client.resumeRun({ params: { sync, run }, body: {} }));

test('a slot that somebody drops pauses the sync, and its rows come by a new read', async () => {
  await filled('dropped');
  const sync = await follow('dropped');
  await untilSame('dropped');
  await until('it is heard', async () => {
    const { rows } = await ask.query(
      'select from pg_replication_slots where active and not temporary',
    );
    return rows.length > 0;
  });
  const [slot] = await slots();
  await until('it is dropped', async () => {
    await ask.query('select pg_terminate_backend(active_pid) from pg_replication_slots');
    const dropped = ask.query(`select pg_drop_replication_slot('${slot}')`);
    // Whoever hears it comes back.
    return dropped.then(
      () => true,
      () => false,
    );
  });
  await ask.query(`delete from dropped where id = 1; insert into dropped values (11, 'unheard')`);
  const paused = await untilRun(sync, 'paused');
  assert.match(paused.pause?.reason ?? '', /slot heddle_\w+ of the source is gone/);
  const { rows } = await destination.admin.query('select count(*)::int as count from dropped');
  assert.deepEqual(rows, [{ count: 10 }]);

  await resume(sync, paused.id);
  await until('what was not heard is there', async () => {
    const { rows } = await destination.admin.query('select 1 from dropped where id = 11');
    return rows.length === 1;
  });
  await client.deleteSync({ params: { sync } });
});

test('what went wrong for the moment is not said of a run that goes on again', async () => {
  await filled('hiccup');
  const sync = await follow('hiccup');
  await untilSame('hiccup');
  const { id: run } = await untilRun(sync, 'running');
  const errorOf = async () => bodyOf(await client.getRun({ params: { sync, run } })).error;
  await destination.admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await ask.query(`update hiccup set name = 'other'`);
  await until('it is said', async () => (await errorOf()) !== null);

  await untilSame('hiccup');
  await until('it is not said any more', async () => (await errorOf()) === null);
  await client.deleteSync({ params: { sync } });
});

test('what is too far behind does not hold back the log of the source any longer', async () => {
  bodyOf(
    await client.patchConnection({
      params: { connection: from },
      body: { config: { max_lag_bytes: 2 ** 20 } },
    }),
  );
  await filled('behind');
  const sync = await follow('behind');
  await untilSame('behind');
  await destination.admin.query('begin; lock table behind in share mode');
  await ask.query(`create table noise (note text); update behind set name = 'other';
    insert into noise select repeat('x', 1000) from generate_series(1, 5000)`);
  await until('nothing is kept any more', async () => (await slots()).length === 0);
  await destination.admin.query('commit');
  const paused = await untilRun(sync, 'paused');
  assert.match(paused.pause?.reason ?? '', /max_lag_bytes/);

  await resume(sync, paused.id);
  await untilSame('behind');
  await client.deleteSync({ params: { sync } });
});

test('what is too far behind before all of it was read says so, and misses nothing', async () => {
  await filled('early');
  await destination.admin.query('create table early (id int primary key, name text)');
  await destination.admin.query('begin; lock table early in share mode');
  const sync = await follow('early');
  await until('it has joined, and writes', async () => {
    const waiting = `select 1 from pg_locks where not granted and relation = 'early'::regclass`;
    return (await destination.admin.query(waiting)).rowCount === 1;
  });
  await ask.query(`insert into noise select repeat('x', 1000) from generate_series(1, 5000)`);
  await until('nothing is kept any more', async () => (await slots()).length === 0);
  await ask.query(`insert into early values (11, 'unheard')`);
  await destination.admin.query('commit');
  const paused = await untilRun(sync, 'paused');
  assert.match(paused.pause?.reason ?? '', /max_lag_bytes/);

  await resume(sync, paused.id);
  await untilSame('early');
  await client.deleteSync({ params: { sync } });
});

test('a table that another one takes the place of pauses the sync', async () => {
  await filled('replaced');
  const sync = await follow('replaced');
  await untilSame('replaced');
  await ask.query(`begin; drop table replaced; create table replaced (id int primary key, name text);
    insert into replaced values (1, 'another'); commit`);
  const paused = await untilRun(sync, 'paused');
  assert.match(paused.pause?.reason ?? '', /dropped at the source/);
  await client.deleteSync({ params: { sync } });
});

test('a table that is called otherwise now pauses the sync, with its name', async () => {
  await filled('renamed');
  const sync = await follow('renamed');
  await untilSame('renamed');
  await ask.query(`alter table renamed rename to another; update another set name = 'other'`);
  const paused = await untilRun(sync, 'paused');
  assert.match(paused.pause?.reason ?? '', /called "public.another" now/);
});

test('a slot that somebody moves on pauses the sync', async () => {
  await filled('advanced');
  const sync = await follow('advanced');
  await untilSame('advanced');
  await destination.admin.query('begin; lock table advanced in share mode');
  await ask.query(`update advanced set name = 'unheard'`);
  await until('it is moved on', async () => {
    await ask.query('select pg_terminate_backend(active_pid) from pg_replication_slots');
    const moved = ask.query(`select pg_replication_slot_advance(slot_name, pg_current_wal_lsn())
      from pg_replication_slots where slot_name ~ '^heddle' and not temporary`);
    return moved.then(
      () => true,
      () => false,
    );
  });
  await until('nothing is kept any more', async () => (await slots()).length === 0);
  await destination.admin.query('commit');
  const paused = await untilRun(sync, 'paused');
  assert.match(paused.pause?.reason ?? '', /moved the replication slot/);

  await resume(sync, paused.id);
  await untilSame('advanced');
});
