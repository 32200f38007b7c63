import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const following = await startFollowing();
const { ask, follow, untilSame, untilRun, scene, slots, destination, from, source } = following;
const { client } = scene;
const copy = promisify(execFile);

const filled = (table: string) =>
  ask.query(`create table ${table} (id int primary key, name text);
    insert into ${table} select n, 'row ' || n from generate_series(1, 10) n`);

/** Reads everything anew. */
const resume = async (sync: string, run: string) =>
  bodyOf(await client.resumeRun({ params: { sync, run }, body: {} }));

const leave = async (sync: string) => {
  bodyOf(await client.deleteSync({ params: { sync } }));
  await until('nothing is kept any more', async () => (await slots()).length === 0);
};

test('a table that is quiet for long is not behind, whoever breaks the stream', async () => {
  const config = { max_lag_bytes: 2 ** 20 };
  bodyOf(await client.patchConnection({ params: { connection: from }, body: { config } }));
  await filled('quiet');
  const sync = await follow('quiet');
  await untilSame('quiet');
  await ask.query('create table noise (note text)');
  const near = async () => {
    const { rows } = await ask.query(`select from pg_replication_slots
      where confirmed_flush_lsn > pg_current_wal_lsn() - 100000`);
    return rows.length > 0;
  };
  // More than it may be behind in all, and never at once.
  for (let part = 0; part < 3; part += 1) {
    await ask.query(`insert into noise select repeat('x', 1000) from generate_series(1, 500)`);
    await until('the slot has come near', near);
  }
  const end = performance.now() + 8_000;
  await until('the stream was broken for long', async () => {
    await ask.query('select pg_terminate_backend(active_pid) from pg_replication_slots');
    return performance.now() > end;
  });
  await ask.query(`insert into quiet values (11, 'told')`);
  await untilSame('quiet');

  const [run] = bodyOf(await client.listRuns({ params: { sync } }));
  assert.equal(run?.status, 'running');
  await leave(sync);
});

const tamperings = {
  'a publication without the table': 'alter publication %s drop table %t',
  'a publication without deletions': `alter publication %s set (publish = 'insert, update')`,
  'a publication of some rows': 'alter publication %s set table %t where (id < 5)',
};
for (const [at, [what, statement]] of Object.entries(tamperings).entries()) {
  test(`${what} pauses the sync, and its rows come by a new read`, async () => {
    const table = `tampered${at}`;
    await filled(table);
    const sync = await follow(table);
    await untilSame(table);
    await untilRun(sync, 'running');
    const [slot = ''] = await slots();
    await ask.query(statement.replace('%s', slot).replace('%t', table));
    await ask.query(
      `insert into ${table} values (11, 'eleven'); delete from ${table} where id = 7`,
    );
    const paused = await untilRun(sync, 'paused');
    assert.match(paused.pause?.reason ?? '', /publication was changed/);

    await resume(sync, paused.id);
    await until('what was not told is there', async () => {
      const { rows } = await destination.admin.query(`select from ${table} where id = 11`);
      return rows.length > 0;
    });
    await ask.query(`update ${table} set name = 'other' where id > 7`);
    await until('what is told is there', async () => {
      const { rows } = await destination.admin.query(`select from ${table} where name = 'other'`);
      return rows.length === 4;
    });
    await leave(sync);
  });
}

test('a source that is restored from a backup pauses the sync', async () => {
  await filled('restored');
  const sync = await follow('restored');
  await untilSame('restored');
  await untilRun(sync, 'running');
  const { rows } = await ask.query('show data_directory');
  const folder = rows[0].data_directory as string;
  await source.stop();
  await copy('cp', ['-a', folder, `${folder}-backup`]);
  await source.start();
  await following.reconnect();
  await ask.query(
    `insert into restored select n, repeat('x', 1000) from generate_series(11, 600) n`,
  );
  await untilSame('restored');
  await source.stop();
  await copy('rm', ['-r', folder]);
  await copy('cp', ['-a', `${folder}-backup`, folder]);
  await source.start();
  await following.reconnect();
  await ask.query(`insert into restored values (20, 'another')`);
  const paused = await untilRun(sync, 'paused');
  assert.match(paused.pause?.reason ?? '', /earlier state/);

  bodyOf(await client.resumeRun({ params: { sync, run: paused.id }, body: { accept: true } }));
  await until('it is read anew', async () => {
    const found = await destination.admin.query(`select from restored where name = 'another'`);
    return found.rows.length > 0;
  });
  await leave(sync);
});
