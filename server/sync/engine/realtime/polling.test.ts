import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf, makeSync } from '../../testing/scene.ts';
import { startBetween } from '../../testing/started.ts';

const { app, scene, destination, to, folder, countOf } = await startBetween();
const { client } = scene;
const path = 'polled.db';
const source = new DatabaseSync(join(folder, path));
after(() => source.close());
const provider = { provider: 'sqlite', name: 'Polled', config: { path }, credentials: {} };
const from = bodyOf(await client.createConnection({ body: provider })).id;

let made = 0;
async function follow(rows: number, settings: Parameters<typeof makeSync>[2] = {}) {
  made += 1;
  const object = `polled${made}`;
  source.exec(`create table ${object} (id integer primary key, name text, at integer not null)`);
  add(object, 1, rows);
  const realtime = { schedule: 'realtime', cursor_field: 'at', ...settings };
  const sync = await makeSync(scene, { from, to, object }, realtime);
  return { object, sync, params: { sync } };
}

function add(object: string, first: number, last: number) {
  source.exec(`with recursive n (id) as (select ${first} union all select id + 1 from n where id < ${last})
    insert into ${object} select id, 'row ' || id, id from n`);
}

async function onlyRun(sync: string) {
  const runs = bodyOf(await client.listRuns({ params: { sync } }));
  assert.equal(runs.length, 1);
  return runs[0] as (typeof runs)[number];
}

const settledWith = (sync: string, records: number) =>
  until(`${records} records are counted`, async () => {
    const shown = bodyOf(await client.getSync({ params: { sync } }));
    return shown.records_synced === records && shown;
  });

test('what is new in a system that is polled arrives in one run, which goes on', async () => {
  const { object, sync, params } = await follow(300);
  const first = await settledWith(sync, 300);
  const run = await onlyRun(sync);

  add(object, 301, 400);
  source.exec(`update ${object} set name = 'changed', at = 500 where id = 7`);
  const second = await settledWith(sync, 401);

  const { rows } = await destination.admin.query(`select name from ${object} where id = 7`);
  const later = await onlyRun(sync);
  assert.deepEqual(rows, [{ name: 'changed' }]);
  assert.equal(await countOf(object), 400);
  assert.deepEqual([later.id, later.status, later.trigger], [run.id, 'running', 'realtime']);
  assert.deepEqual([later.records_read, later.records_written], [401, 401]);
  assert.deepEqual([first.status, second.status, second.next_run_at], ['running', 'running', null]);
  const { seconds, ...others } = second.lag ?? {};
  assert.equal(typeof seconds, 'number');
  assert.deepEqual(others, { bytes: null, slot: null, wal_status: null });
  const metrics = await fetch(`${app.url}/metrics`);
  assert.match(await metrics.text(), new RegExp(`heddle_sync_lag_seconds{sync="${sync}"} [\\d.]+`));
  assert.ok(String(second.last_run_at) > String(first.last_run_at));
  const { cursor } = bodyOf(await client.getCursor({ params }));
  assert.match(JSON.stringify(cursor), /500/);
  assert.equal(bodyOf(await client.getCursorHistory({ params })).length, 2);
});

test('rounds that find nothing leave nothing behind', async () => {
  const { sync, params } = await follow(3);
  const first = await settledWith(sync, 3);
  const { id } = await onlyRun(sync);
  const log = bodyOf(await client.getRunLog({ params: { sync, run: id } }));

  const times = new Set([first.last_run_at]);
  await until('two more rounds have come to their end', async () => {
    times.add(bodyOf(await client.getSync({ params })).last_run_at);
    return times.size > 2;
  });

  const run = await onlyRun(sync);
  assert.deepEqual([run.id, run.records_read, run.records_written], [id, 3, 3]);
  assert.deepEqual(bodyOf(await client.getRunLog({ params: { sync, run: id } })), log);
  assert.equal(bodyOf(await client.getCursorHistory({ params })).length, 1);
});

test('killed, it goes on in another process, and counts each record once', async () => {
  const { object, sync } = await follow(50);
  await settledWith(sync, 50);

  add(object, 51, 60);
  for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  await settledWith(sync, 60);

  const run = await onlyRun(sync);
  assert.deepEqual([run.status, run.records_read, run.records_written], ['running', 60, 60]);
  assert.equal(await countOf(object), 60);
});

test('a refused record is set aside once, and what comes after it arrives', async () => {
  const object = `polled${made + 1}`;
  await destination.admin.query(
    `create table ${object} (id int primary key, name text, at int, check (id <> 2))`,
  );
  const { sync } = await follow(3);
  await settledWith(sync, 2);

  add(object, 4, 5);
  await settledWith(sync, 4);

  const run = await onlyRun(sync);
  const params = { sync, run: run.id };
  const rejected = bodyOf(await client.listRejected({ params }));
  assert.deepEqual([run.records_read, run.records_written, run.records_failed], [5, 4, 1]);
  assert.deepEqual(
    rejected.map(({ record }) => record.id),
    ['2'],
  );
});
