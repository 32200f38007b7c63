import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import type { Workday } from '../../../testing/simulators/workday/simulator.ts';
import { startMilliseconds, wid } from '../../../testing/simulators/workday/tenant.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, untilOver } from '../../testing/scene.ts';
import { makeDatabase, type TestDatabase } from '../testing/databases.ts';
import { makeWorkday } from './testing/place.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
let database: TestDatabase;
let there: string;
before(async () => {
  database = await makeDatabase();
  there = await connect(scene, database);
});
after(() => database.end());

async function connectWorkday(workday: Workday, credentials: Record<string, unknown>) {
  const { config } = workday;
  const body = { provider: 'workday', name: 'HR', config, credentials };
  const connection = bodyOf(await scene.client.createConnection({ body }));
  assert.equal(connection.status, 'active', String(connection.health.message));
  const secrets = [
    workday.credentials.password,
    workday.client.client_secret,
    workday.refreshToken,
  ];
  for (const secret of secrets) assert.ok(!JSON.stringify(connection).includes(secret));
  return connection.id;
}

async function ask(sql: string): Promise<unknown[][]> {
  return (await database.admin.query({ text: sql, rowMode: 'array' })).rows;
}

test('a report is looked at, and what is new of it comes to a database once', async () => {
  const workday = await makeWorkday({ records: 600 });
  const from = await connectWorkday(workday, workday.credentials);
  const object = { params: { connection: from, object: 'Headcount' }, query: { sample: 2 } };
  const shown = bodyOf(await scene.client.getObject(object));
  const ends = { from, to: there, object: 'Headcount', table: 'headcount' };
  const settings = { cursor_field: 'Last_Updated', mode: 'append' as const };
  const sync = await makeSync(scene, ends, settings);

  const first = await run(scene, sync);
  const updatedAt = startMilliseconds + 599_000;
  for (let nth = 0; nth < 250; nth += 1) {
    workday.tenant.put(nth, { pay: '1234567890123.25', updatedAt });
  }
  workday.tenant.put(900, { name: 'Late', updatedAt: updatedAt - 60_000 });
  const second = await run(scene, sync);
  const third = await run(scene, sync);

  assert.deepEqual(shown.primary_key, ['Employee_ID']);
  assert.equal(shown.sample?.[0]?.Worker, 'Worker 000000');
  assert.deepEqual(
    [first, second, third].map((one) => [one.status, one.error, one.records_written]),
    [
      ['completed', null, 600],
      ['completed', null, 251],
      ['completed', null, 0],
    ],
  );
  const counted = 'select count(*)::int, count(distinct "Employee_ID")::int from headcount';
  assert.deepEqual(await ask(counted), [[851, workday.tenant.listed.length]]);
  const row = `select "Base_Pay"::text, "Hire_Date"::text, "Is_Manager", "Last_Updated"
    from headcount where "Employee_ID" = '000011' and "Base_Pay" > 1000`;
  const [found] = await ask(row);
  assert.deepEqual(found, ['1234567890123.25', '1980-02-29', true, new Date(updatedAt)]);
});

test('workers are mirrored, also those that move while they are read', async () => {
  const workday = await makeWorkday({ records: 900 });
  const from = await connectWorkday(workday, workday.oauth);
  const ends = { from, to: there, object: 'workers', table: 'workers' };
  const sync = await makeSync(scene, ends, { mode: 'mirror' });
  const first = await run(scene, sync);
  let pages = 0;
  workday.hook = ({ path }) => {
    if (path.endsWith('/workers')) pages += 1;
    if (pages === 6) {
      workday.tenant.put(800, { name: 'Aa', title: 'Moved' });
      workday.tenant.remove(3);
    }
    return undefined;
  };

  const second = await run(scene, sync);
  const moved = await ask('select id, "primaryJob.businessTitle" from workers order by id');
  const third = await run(scene, sync);
  const last = await ask('select id from workers order by id');

  for (const { status, error } of [first, second, third]) {
    assert.deepEqual([status, error], ['completed', null]);
  }
  // Who left after having been read leaves with the next run.
  assert.equal(moved.length, 900);
  assert.ok(moved.some(([id, title]) => id === wid('a', 800) && title === 'Moved'));
  assert.equal(last.length, workday.tenant.listed.length);
  assert.ok(!last.some(([id]) => id === wid('a', 3)));
});

test('nothing is written to Workday', async () => {
  const workday = await makeWorkday({ records: 3 });
  const to = await connectWorkday(workday, workday.oauth);
  const destination = { connection_id: to, table: 'workers' };
  const source = { connection_id: there, object: 'workers' };

  const body = { name: 'Back', source, destination };
  const answer = await scene.client.createSync({ body });

  assert.equal(answer.status, 400);
  assert.match(JSON.stringify(answer), /cannot be written to/);
});

test('killed again and again, a run from Workday goes on: each record is there once', async () => {
  const workday = await makeWorkday({ records: 9_000 });
  const from = await connectWorkday(workday, workday.oauth);
  for (const [object, table, key] of [
    ['workers', 'killed', 'id'],
    ['Headcount', 'killed_report', 'Employee_ID'],
  ] as const) {
    const ends = { from, to: there, object, table };
    const sync = await makeSync(scene, ends, { mode: 'append', batch_size: 300 });
    const { id } = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
    const params = { sync, run: id };
    for (let kill = 0; kill < 3; kill += 1) {
      const asked = workday.heard.length;
      await until('it has gone on', async () => {
        const { status } = bodyOf(await scene.client.getRun({ params }));
        const isFurther = workday.heard.length > asked && runnersOf(process.pid).length > 0;
        return isFurther || status === 'completed';
      });
      for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    }

    const { status, error } = await untilOver(scene, sync, id);

    assert.deepEqual([status, error], ['completed', null]);
    const all = `select count(*)::int, count(distinct "${key}")::int from ${table}`;
    assert.deepEqual(await ask(all), [[9_000, 9_000]]);
  }
});

test('a token that ends, and a refusal, in the middle of a run end nothing', async () => {
  const workday = await makeWorkday({ records: 2_000 });
  const from = await connectWorkday(workday, workday.oauth);
  const ends = { from, to: there, object: 'workers', table: 'renewed' };
  const sync = await makeSync(scene, ends, { mode: 'append' });
  let pages = 0;
  workday.hook = ({ path }) => {
    if (!path.endsWith('/workers')) return undefined;
    pages += 1;
    if (pages === 5) workday.tokens.clear();
    return pages === 12 ? { status: 429, body: { error: 'too many requests' } } : undefined;
  };

  const { status, error, records_written } = await run(scene, sync);

  assert.deepEqual([status, error, records_written], ['completed', null, 2_000]);
  const statuses = new Set(workday.heard.map((one) => one.status));
  assert.ok(statuses.has(401) && statuses.has(429));
  assert.deepEqual(await ask('select count(*)::int, count(distinct id)::int from renewed'), [
    [2_000, 2_000],
  ]);
});
