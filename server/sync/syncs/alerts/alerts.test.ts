import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { makeDatabase } from '../../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run } from '../../testing/scene.ts';

const app = await startServer();
const source = await makeDatabase();
const destination = await makeDatabase();
after(() => Promise.all([source.end(), destination.end()]));
const scene = await makeSyncScene(app);
const from = await connect(scene, source);
const to = await connect(scene, destination);

async function fill(table: string, rows: number): Promise<void> {
  await source.admin.query(`create table if not exists ${table} (id int primary key, n int);
    truncate ${table}; insert into ${table} select n, n from generate_series(1, ${rows}) n`);
}

async function firingOf(sync: string): Promise<[string, string][]> {
  const { firing } = bodyOf(await scene.client.getSync({ params: { sync } }));
  return firing.map(({ alert, message }) => [alert, message]);
}

/** What was told of a sync, in order. */
async function toldOf(sync: string): Promise<string[]> {
  const { database } = app.server.platform;
  const rows = await database.of(scene.organization).reading.rows<{ told: string }>(
    `select concat_ws(' ', data->>'sync_name', data->>'alert', data->>'state') as told from platform.event
       where type = 'sync.alert' and subject = $1 order by 1`,
    [sync],
  );
  return rows.map(({ told }) => told).sort();
}

test('runs that fail are warned of until one completes, each time once', async () => {
  await fill('failing', 2);
  const alerts = { failed_runs: 2 };
  const sync = await makeSync(scene, { from, to, object: 'failing' }, { alerts });
  await source.admin.query('alter table failing rename to away');

  await run(scene, sync);
  const afterOne = await firingOf(sync);
  await run(scene, sync);
  await run(scene, sync);
  const afterThree = await firingOf(sync);
  await source.admin.query('alter table away rename to failing');
  await run(scene, sync);

  assert.deepEqual(afterOne, []);
  assert.deepEqual(afterThree, [['failed_runs', 'The last 3 runs failed.']]);
  assert.deepEqual(await firingOf(sync), []);
  assert.deepEqual(await toldOf(sync), ['Test failed_runs firing', 'Test failed_runs resolved']);
});

test('too many records set aside, and far more or fewer than usual, are warned of', async () => {
  await fill('shrinking', 100);
  await destination.admin.query(
    'create table shrinking (id int primary key, n int check (n <> 7 and n <> 8))',
  );
  const alerts = { rejected_percent: 1, rows_deviation_percent: 50 };
  const sync = await makeSync(scene, { from, to, object: 'shrinking' }, { alerts });

  for (const _ of [1, 2, 3]) await run(scene, sync);
  const usual = await firingOf(sync);
  await fill('shrinking', 6);
  await run(scene, sync);

  assert.deepEqual(usual, [
    ['rejected_percent', '2 of 100 records were set aside, more than 1 of a hundred.'],
  ]);
  assert.deepEqual(await firingOf(sync), [
    ['rows_deviation_percent', 'The last run read 6 records; usually they are about 100.'],
  ]);
});

test('a sync that has not completed for long is warned of, without anybody doing something', async () => {
  await fill('silent', 1);
  const sync = await makeSync(
    scene,
    { from, to, object: 'silent' },
    { alerts: { no_success_for: 3600 } },
  );
  await run(scene, sync);

  app.clock.advance({ minutes: 61 });
  await until('it is warned of', async () => (await firingOf(sync)).length > 0);
  const change = (body: object) => scene.client.patchSync({ params: { sync }, body });
  const stopped = bodyOf(await change({ enabled: false }));
  const forgotten = bodyOf(await change({ enabled: true, alerts: {} }));

  assert.deepEqual(stopped.firing, []);
  assert.equal(forgotten.alerts.no_success_for, null);
  assert.deepEqual(await toldOf(sync), [
    'Test no_success_for firing',
    'Test no_success_for resolved',
  ]);
});

test('what is no limit is refused by its name', async () => {
  const given = {
    source: { connection_id: from, object: 'x' },
    destination: { connection_id: to, table: 'x' },
  };
  const body = { name: 'X', ...given, alerts: { failed_runs: 0 } };
  const answer = await scene.client.createSync({ body });
  assert.equal(answer.status, 400);
  assert.match(JSON.stringify(answer), /alerts\.failed_runs/);
});
