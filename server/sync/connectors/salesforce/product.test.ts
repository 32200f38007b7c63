import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import type { Salesforce } from '../../../testing/simulators/salesforce/simulator.ts';
import { runnersOf } from '../../testing/runners.ts';
import {
  bodyOf,
  connect,
  makeSync,
  makeSyncScene,
  run,
  type SyncScene,
  untilOver,
} from '../../testing/scene.ts';
import { makeDatabase, type TestDatabase } from '../testing/databases.ts';
import { credentialsOf, makeOrg } from './testing/org.ts';

const app = await startServer();
let database: TestDatabase;
let scene: SyncScene;
before(async () => {
  database = await makeDatabase();
  scene = await makeSyncScene(app);
});
after(() => database.end());

/** A connection to an org, by a key that is kept as one. */
async function connectOrg(org: Salesforce, config = {}) {
  const { private_key, ...others } = credentialsOf(org);
  const key = { name: 'Salesforce', private_key };
  const { id: private_key_id } = bodyOf(await scene.client.createPrivateKey({ body: key }));
  const made = await scene.client.createConnection({
    body: {
      provider: 'salesforce',
      name: 'Org',
      config: { base_url: org.url, ...config },
      credentials: { ...others, private_key_id },
    },
  });
  const connection = bodyOf(made);
  assert.equal(connection.status, 'active', String(connection.health.message));
  return connection.id;
}

async function counted(sql: string) {
  const { rows } = await database.admin.query(sql);
  return rows[0] as Record<string, unknown>;
}

test('an org is connected, shown and asked', async () => {
  const org = await makeOrg(30);
  const connection = await connectOrg(org);
  const params = { connection, object: 'Account' };
  const described = bodyOf(await scene.client.getObject({ params, query: { sample: 2 } }));
  const body = {
    object: 'Contact',
    fields: ['LastName', 'AccountId'],
    filter: `LastName = 'O''Brien'`,
    limit: 3,
  };
  const { records } = bodyOf(await scene.client.queryData({ params: { connection }, body }));

  assert.deepEqual(described.primary_key, ['Id']);
  const owner = described.fields.find(({ name }) => name === 'OwnerId');
  assert.equal(owner?.native_type, 'reference(User)');
  assert.deepEqual(described.relations, [
    { fields: ['OwnerId'], object: 'User', references: ['Id'] },
  ]);
  assert.equal(described.sample?.length, 2);
  assert.deepEqual([...new Set(records.map(({ LastName }) => LastName))], ["O'Brien"]);
  assert.equal(records.length, 3);
});

test('records are synced into a database, and later only what is new', async () => {
  const org = await makeOrg(3_000);
  const from = await connectOrg(org);
  const to = await connect(scene, database);
  const ends = { from, to, object: 'Account', table: 'accounts' };
  const sync = await makeSync(scene, ends, { cursor_field: 'SystemModstamp' });
  const busy = { status: 429, headers: { 'retry-after': '0' }, text: '' };
  org.trouble({ of: /query\//, answer: busy });
  const first = await run(scene, sync);
  const object = org.org.object('Account');
  assert.ok(object);
  for (const { Id } of org.org.all('Account').slice(0, 5)) {
    org.org.update(object, String(Id), { Name: 'Changed' });
  }
  org.org.addField('Account', { name: 'New__c', kind: 'string', length: 20 });
  org.signIn.expire();
  const second = await run(scene, sync);
  const third = await run(scene, sync);

  assert.deepEqual([first.status, first.error, first.records_written], ['completed', null, 3_000]);
  assert.deepEqual([second.status, second.error, second.records_written], ['completed', null, 5]);
  assert.match(JSON.stringify(second), /new field New__c/);
  assert.deepEqual([third.records_read, third.records_written], [0, 0]);
  const sql = `select count(*)::int as count, count(distinct "Id")::int as ids,
      sum("AnnualRevenue")::text as revenue, count(*) filter (where "Name" = 'Changed')::int as changed
    from accounts`;
  const revenues = org.org.all('Account').map(({ AnnualRevenue }) => Number(AnnualRevenue ?? 0));
  const revenue = String(revenues.reduce((sum, one) => sum + one, 0));
  assert.deepEqual(await counted(sql), { count: 3_000, ids: 3_000, revenue, changed: 5 });
});

test('a process that is killed in the middle loses nothing and doubles nothing, in pages and jobs', async () => {
  const org = await makeOrg(6_000);
  const to = await connect(scene, database);
  org.rest.pageSize = 200;
  for (const bulk_read_from of [100_000, 1]) {
    const from = await connectOrg(org, { bulk_read_from });
    const table = `killed_${bulk_read_from}`;
    const ends = { from, to, object: 'Contact', table };
    const sync = await makeSync(scene, ends, { mode: 'append', batch_size: 200 });
    const begun = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
    const params = { sync, run: begun.id };
    for (let seen = 0, kills = 0; kills < 3; kills += 1) {
      await until('it has gone on', async () => {
        const { records_written: written, status } = bodyOf(await scene.client.getRun({ params }));
        const isFurther = written > seen && runnersOf(process.pid).length > 0;
        if (isFurther) seen = written;
        return isFurther || status === 'completed';
      });
      for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    }
    const done = await untilOver(scene, sync, begun.id);

    assert.deepEqual([done.status, done.error], ['completed', null]);
    const sql = `select count(*)::int as count, count(distinct "Id")::int as ids from ${table}`;
    assert.deepEqual(await counted(sql), { count: 6_000, ids: 6_000 });
  }
});

test('records of a database are written, and the one that is refused is set aside', async () => {
  const org = await makeOrg(0);
  const [to, from] = [await connectOrg(org), await connect(scene, database)];
  await database.admin.query(`create table people (id text primary key, last text, mail text);
    insert into people select 'p' || n, case n when 613 then null else 'Last ' || n end,
      'p' || n || '@example.com' from generate_series(1, 1000) n`);
  const field_mappings = [
    { source: 'id', destination: 'External_Id__c' },
    { source: 'last', destination: 'LastName' },
    { source: 'mail', destination: 'Email' },
  ];
  const ends = { from, to, object: 'people', table: 'Contact' };
  const sync = await makeSync(scene, ends, { field_mappings });
  const done = await run(scene, sync);
  const again = await run(scene, sync);

  for (const { status, error, records_written, records_failed } of [done, again]) {
    assert.deepEqual([status, error, records_written, records_failed], ['completed', null, 999, 1]);
  }
  const rejected = bodyOf(
    await scene.client.listRejected({ params: { sync, run: done.id }, query: {} }),
  );
  assert.deepEqual(
    rejected.map(({ record, field }) => [record.External_Id__c, field]),
    [['p613', 'LastName']],
  );
  assert.equal(org.org.all('Contact').length, 999);
});
