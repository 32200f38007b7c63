import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import type { Hubspot } from '../../../testing/simulators/hubspot/simulator.ts';
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
import { makeHubspot, unlimited } from './testing/place.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
let database: TestDatabase;
let there: string;
before(async () => {
  database = await makeDatabase();
  there = await connect(scene, database);
});
after(() => database.end());

const field_mappings = ['hs_object_id', 'email', 'visits', 'lastmodifieddate'].map((name) => {
  return { source: name, destination: name };
});
const cursor_field = 'lastmodifieddate';

async function connectHubspot(
  { client }: SyncScene,
  { credentials, url, accessToken }: Hubspot,
  ceilings: Record<string, number> = {},
): Promise<string> {
  const config = { base_url: url, ...ceilings };
  const body = { provider: 'hubspot', name: 'CRM', config, credentials };
  const connection = bodyOf(await client.createConnection({ body }));
  assert.equal(connection.status, 'active', String(connection.health.message));
  assert.ok(!JSON.stringify(connection).includes(accessToken));
  return connection.id;
}

async function ask(sql: string): Promise<unknown[][]> {
  return (await database.admin.query({ text: sql, rowMode: 'array' })).rows;
}

test('HubSpot is connected, looked at, and what is new of it comes to a database once', async () => {
  const hubspot = await makeHubspot({ records: 600 });
  const from = await connectHubspot(scene, hubspot);
  const object = { params: { connection: from, object: 'contacts' }, query: { sample: 2 } };
  const shown = bodyOf(await scene.client.getObject(object));
  const ends = { from, to: there, object: 'contacts', table: 'people' };
  const settings = { field_mappings, cursor_field, mode: 'append' as const };
  const sync = await makeSync(scene, ends, settings);
  const contacts = hubspot.type('contacts');

  const first = await run(scene, sync);
  const changed = [...contacts.records.values()].slice(0, 250);
  for (const record of changed) contacts.update(record, { visits: '5000' });
  const added = contacts.create({ email: 'late@company.example' });
  const second = await run(scene, sync);
  const third = await run(scene, sync);

  assert.deepEqual(shown.primary_key, ['hs_object_id']);
  assert.equal(shown.sample?.[0]?.email, 'person0@company.example');
  assert.deepEqual(
    [first, second, third].map(({ status, records_written }) => [status, records_written]),
    [
      ['completed', 600],
      ['completed', 251],
      ['completed', 0],
    ],
  );
  assert.deepEqual(
    await ask('select count(*)::int, count(distinct hs_object_id)::int from people'),
    [[851, 601]],
  );
  assert.deepEqual(await ask(`select email from people where hs_object_id = ${added.id}`), [
    ['late@company.example'],
  ]);
});

test('a record that HubSpot refuses is set aside, the others of the table are there', async () => {
  const hubspot = await makeHubspot({ records: 10 });
  const to = await connectHubspot(scene, hubspot);
  await ask(`create table leads (email text primary key, firstname text, birthday timestamptz);
    insert into leads select 'lead' || n || '@company.example', 'Lead ' || n, null
      from generate_series(1, 1000) n;
    update leads set birthday = '2020-11-30 20:36:01Z' where firstname = 'Lead 77'`);
  const sync = await makeSync(scene, { from: there, to, object: 'leads', table: 'contacts' });

  const { id, status, error, records_written, records_failed } = await run(scene, sync);
  const params = { sync, run: id };
  const [rejected] = bodyOf(await scene.client.listRejected({ params }));

  assert.deepEqual([status, error], ['completed', null]);
  assert.deepEqual([records_written, records_failed], [999, 1]);
  assert.equal(rejected?.record.firstname, 'Lead 77');
  assert.match(String(rejected?.reason), /birthday.*date with a time/);
  assert.equal(hubspot.type('contacts').records.size, 1_009);
});

test('killed again and again, a run from HubSpot goes on: each record is there once', async () => {
  const hubspot = await makeHubspot({ records: 12_000 });
  const from = await connectHubspot(scene, hubspot);
  const ends = { from, to: there, object: 'contacts', table: 'killed' };
  const sync = await makeSync(scene, ends, { field_mappings, cursor_field, mode: 'append' });
  const { id } = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
  const params = { sync, run: id };
  for (let kill = 0, seen = 0; kill < 3; kill += 1) {
    await until('it has gone on', async () => {
      const { records_read, status } = bodyOf(await scene.client.getRun({ params }));
      const isFurther = records_read > seen && runnersOf(process.pid).length > 0;
      if (isFurther) seen = records_read;
      return isFurther || status === 'completed';
    });
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  }

  const { status, error } = await untilOver(scene, sync, id);

  assert.deepEqual([status, error], ['completed', null]);
  const counted = await ask('select count(*)::int, count(distinct hs_object_id)::int from killed');
  assert.deepEqual(counted, [[12_000, 12_000]]);
});

test('a token that ends in the middle fails the run, which goes on with another one', async () => {
  const hubspot = await makeHubspot({ records: 2_000 });
  const from = await connectHubspot(scene, hubspot);
  const ends = { from, to: there, object: 'contacts', table: 'expired' };
  const sync = await makeSync(scene, ends, { field_mappings, mode: 'append' });
  const old = hubspot.accessToken;
  let pages = 0;
  hubspot.hook = ({ path }) => {
    if (path.endsWith('/objects/contacts')) pages += 1;
    if (pages === 9) hubspot.accessToken = 'pat-eu1-another';
    return undefined;
  };

  const failed = await run(scene, sync);
  const moved = await ask('select count(*)::int from expired');
  bodyOf(
    await scene.client.patchConnection({
      params: { connection: from },
      body: { credentials: { access_token: 'pat-eu1-another' } },
    }),
  );
  const params = { sync, run: failed.id };
  bodyOf(await scene.client.resumeRun({ params, body: {} }));
  const done = await untilOver(scene, sync, failed.id);

  assert.equal(failed.status, 'failed');
  assert.match(failed.error ?? '', /does not accept the credentials/);
  assert.ok(!JSON.stringify(failed).includes(old));
  assert.deepEqual(moved, [[800]]);
  assert.equal(done.status, 'completed');
  const counted = await ask('select count(*)::int, count(distinct hs_object_id)::int from expired');
  assert.deepEqual(counted, [[2_000, 2_000]]);
});

test('a connection that may have one connection only reads and writes by that', async () => {
  const hubspot = await makeHubspot({ records: 300 });
  const other = await makeHubspot({ records: 1 });
  const alone = { max_connections: 1, max_requests_per_second: 1_000 };
  const ends = {
    from: await connectHubspot(scene, hubspot, alone),
    to: await connectHubspot(scene, other, alone),
    object: 'contacts',
  };
  const sync = await makeSync(scene, ends, { key: ['email'] });

  const { status, error, records_written } = await run(scene, sync);

  assert.deepEqual([status, error, records_written], ['completed', null, 300]);
  assert.equal(other.type('contacts').records.size, 300);
});

test('only the records that a filter lets through are asked for and moved', async () => {
  const hubspot = await makeHubspot({ records: 500 });
  const from = await connectHubspot(scene, hubspot);
  const ends = { from, to: there, object: 'contacts', table: 'filtered' };
  const settings = {
    field_mappings,
    cursor_field,
    filters: ["visits >= 400 AND email LIKE '%9@%'"],
  };
  const sync = await makeSync(scene, ends, settings);

  const first = await run(scene, sync);
  hubspot.type('contacts').create({ email: 'z9@company.example', visits: '401' });
  hubspot.type('contacts').create({ email: 'z8@company.example', visits: '401' });
  const second = await run(scene, sync);

  assert.deepEqual([first.status, first.records_written], ['completed', 10]);
  assert.deepEqual([second.status, second.records_written], ['completed', 1]);
  const listed = hubspot.heard.filter(({ path, method }) => {
    return method === 'GET' && path.endsWith('/objects/contacts');
  });
  // The look at the connection lists one.
  assert.equal(listed.length, 1);
});

test('the searches of two syncs at once stay within what HubSpot allows for all', async () => {
  const hubspot = await makeHubspot({
    records: 1_600,
    limits: { ...unlimited, searchesPerSecond: 5 },
  });
  const from = await connectHubspot(scene, hubspot);
  const since = '2024-01-01T00:00:00Z';
  const syncs = await Promise.all(
    ['one', 'other'].map(async (table) => {
      const ends = { from, to: there, object: 'contacts', table };
      const sync = await makeSync(scene, ends, { field_mappings, cursor_field });
      const body = { cursor: { value: since } };
      bodyOf(await scene.client.putCursor({ params: { sync }, body }));
      return sync;
    }),
  );

  const runs = await Promise.all(syncs.map((sync) => run(scene, sync)));

  assert.deepEqual(
    runs.map(({ status, records_written }) => [status, records_written]),
    runs.map(() => ['completed', 1_600]),
  );
  const searches = hubspot.heard.filter(({ path }) => path.endsWith('/search'));
  assert.ok(searches.length >= 16, `${searches.length}`);
  // On a busy machine one may arrive so late that it falls into the second of those after it.
  const refused = searches.filter(({ status }) => status !== 200);
  assert.ok(refused.length * 4 <= searches.length, `${refused.length} of ${searches.length}`);
});
