import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../../../runtime/testing/until.ts';
import { makeDatabase, type TestDatabase } from '../../connectors/testing/databases.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf, connect } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const following = await startFollowing({ wal_sender_timeout: '3s' });
const { ask, follow, untilSame, untilRun, scene, destination, app } = following;

const filled = (table: string, count = 10) =>
  ask.query(`create table ${table} (id int primary key, name text);
    insert into ${table} select n, 'row ' || n from generate_series(1, ${count}) n`);

const slotOf = async () => {
  const { rows } = await ask.query(
    `select slot_name as name, confirmed_flush_lsn::text as at, confirmed_flush_lsn >= pg_current_wal_lsn() - 100000 as is_near
     from pg_replication_slots where slot_name ~ '^heddle' and not temporary`,
  );
  return rows[0] as { name: string; at: string; is_near: boolean } | undefined;
};

test('a transaction in many parts is there whole, whoever is killed in its middle, or not at all', async () => {
  await filled('large', 1);
  await follow('large');
  await untilSame('large');
  const counts = new Set<number>();
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      const { rows } = await destination.admin.query('select count(*)::int as count from large');
      counts.add(rows[0].count);
    }
  })();
  for (let kill = 0; kill < 3; kill += 1) {
    const from = 2 + kill * 20_000;
    await ask.query(`insert into large select n, repeat(md5(n::text), 20)
      from generate_series(${from}, ${from + 19_999}) n`);
    await until('a part of it is there', async () => {
      const { rows } = await destination.admin.query(
        `select 1 from pg_stat_activity where datname = current_database()
           and application_name ~ '^heddle_' and backend_xid is not null`,
      );
      return rows.length > 0 || counts.has(from + 19_999);
    });
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  }
  await untilSame('large');
  isOver = true;
  await looking;

  assert.deepEqual(
    [...counts].filter((count) => (count - 1) % 20_000 !== 0),
    [],
  );
});

test('a destination that stalls for longer than the source waits costs no connection', async () => {
  await filled('stalled');
  const sync = await follow('stalled');
  await untilSame('stalled');
  await destination.admin.query('begin; lock table stalled in share mode');
  await ask.query(`update stalled set name = 'other'`);
  await until('it waits', async () => {
    const shown = bodyOf(await scene.client.getSync({ params: { sync } }));
    return (shown.lag?.seconds ?? 0) > 9;
  });
  const { rows } = await ask.query('select active from pg_replication_slots');
  await destination.admin.query('commit');
  await untilSame('stalled');

  assert.deepEqual(rows, [{ active: true }]);
  const runs = bodyOf(await scene.client.listRuns({ params: { sync } }));
  assert.equal(runs.length, 1);
});

test('who waits for its destination holds up nobody else, and comes after', async () => {
  await filled('slow', 1);
  await filled('quick', 1);
  await follow('slow');
  await follow('quick');
  await untilSame('slow');
  await untilSame('quick');
  await destination.admin.query('begin; lock table slow in share mode');
  // More than is kept in memory for one.
  await ask.query(`insert into slow select n, repeat('x', 1000) from generate_series(2, 12000) n`);
  await ask.query(
    `insert into slow select n, repeat('x', 1000) from generate_series(12001, 24000) n`,
  );
  await ask.query(`insert into quick values (2, 'quick')`);
  await untilSame('quick');
  const { rows } = await destination.admin.query('select count(*)::int as count from slow');
  assert.deepEqual(rows, [{ count: 1 }]);
  await destination.admin.query('commit');
  await untilSame('slow');
  await ask.query(`insert into quick values (3, 'quick')`);
  await untilSame('quick');
});

test('where nothing changes that is followed, the slot goes with the server', async () => {
  await ask.query('create table loud (note text); create publication theirs for table loud');
  await ask.query(`insert into loud select repeat('x', 1000) from generate_series(1, 20000)`);
  await until('the slot has come near', async () => (await slotOf())?.is_near);

  // Without a key it could not be updated if it were published.
  await ask.query(`drop publication theirs; update loud set note = 'y'`);
});

test('what one is told confirms nothing that another has not stored yet', async () => {
  const other = await makeDatabase();
  after(() => other.end());
  await filled('waiting', 1);
  await filled('going', 1);
  const to = await connect(scene, other);
  const sync = await follow('waiting', { to });
  await follow('going');
  await untilSame('going');
  await until('it is there', async () => (await countOf(other, 'waiting')) === 1);
  const { database } = other.credentials as { database: string };
  await destination.admin.query(`alter database "${database}" allow_connections false`);
  await destination.admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = '${database}' and application_name ~ '^heddle'`);
  await ask.query('insert into waiting values (2)');
  const { id: run } = await untilRun(sync, 'failed');
  for (let id = 3; id < 5; id += 1) {
    await ask.query(`insert into waiting values (${id}); insert into going values (${id})`);
    // The stream begins anew, where those are that are told.
    await ask.query('select pg_terminate_backend(active_pid) from pg_replication_slots');
    await untilSame('going');
    // So long that it would have been said.
    await wait(1_500);
  }
  await destination.admin.query(`alter database "${database}" allow_connections true`);
  bodyOf(await scene.client.resumeRun({ params: { sync, run }, body: {} }));
  await until('all are there', async () => (await countOf(other, 'waiting')) === 4);
});

async function countOf({ admin }: TestDatabase, table: string): Promise<number> {
  const { rows } = await admin
    .query(`select count(*)::int as count from ${table}`)
    .catch(() => ({ rows: [] }));
  return rows[0]?.count ?? 0;
}

test('another process goes on where one has died, with the same slot', async () => {
  await filled('taken');
  const sync = await follow('taken');
  await untilSame('taken');
  const before = await slotOf();
  const [run] = bodyOf(await scene.client.listRuns({ params: { sync } }));
  const { server, url } = await app.another();
  await app.server.stop();
  await ask.query(`insert into taken values (11, 'later')`);
  await untilSame('taken');

  assert.equal((await slotOf())?.name, before?.name);
  const answer = await fetch(`${url}/v1/syncs/${sync}/runs`, {
    headers: { authorization: `Bearer ${scene.token}` },
  });
  const runs = (await answer.json()) as { id: string; status: string }[];
  assert.deepEqual(
    runs.map(({ id, status }) => [id, status]),
    [[run?.id, 'running']],
  );
  await server.stop();
});
