import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { numberOf } from '../../../testing/simulators/sap/properties.ts';
import type { Sap } from '../../../testing/simulators/sap/simulator.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, untilOver } from '../../testing/scene.ts';
import { makeDatabase, type TestDatabase } from '../testing/databases.ts';
import type { Version } from './config.ts';
import { makeSap } from './testing/place.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
let database: TestDatabase;
let there: string;
before(async () => {
  database = await makeDatabase();
  there = await connect(scene, database);
});
after(() => database.end());

const cursor_field = 'LastChangedAt';
const versions = ['v2', 'v4'] as const;

async function connectSap(
  sap: Sap,
  version: Version,
  credentials: Record<string, unknown> = sap.credentials,
) {
  const config = { base_url: sap.url(version), odata_version: version };
  const body = { provider: 'sap', name: 'ERP', config, credentials };
  const connection = bodyOf(await scene.client.createConnection({ body }));
  assert.equal(connection.status, 'active', String(connection.health.message));
  assert.ok(!JSON.stringify(connection).includes(sap.credentials.password));
  return connection.id;
}

async function ask(sql: string): Promise<unknown[][]> {
  return (await database.admin.query({ text: sql, rowMode: 'array' })).rows;
}

test('SAP is connected, looked at, and what is new of it comes to a database once', async () => {
  for (const version of versions) {
    const sap = await makeSap({ records: 600, pageSize: 100 });
    const from = await connectSap(sap, version);
    const object = {
      params: { connection: from, object: 'BusinessPartners' },
      query: { sample: 2 },
    };
    const shown = bodyOf(await scene.client.getObject(object));
    const table = `partners_${version}`;
    const ends = { from, to: there, object: 'BusinessPartners', table };
    const sync = await makeSync(scene, ends, { cursor_field, mode: 'append' as const });

    const first = await run(scene, sync);
    for (let nth = 0; nth < 250; nth += 1) {
      const changed = { BusinessPartner: numberOf(nth), Credit: '1234567890123.25' };
      sap.service.change('BusinessPartners', changed);
    }
    sap.service.change('BusinessPartners', { BusinessPartner: numberOf(900), Name: 'Late' });
    const second = await run(scene, sync);
    const third = await run(scene, sync);

    assert.deepEqual(shown.primary_key, ['BusinessPartner']);
    assert.equal(shown.sample?.[0]?.Name, 'Partner 0');
    assert.deepEqual(
      [first, second, third].map(({ status, error, records_written }) => {
        return [status, error, records_written];
      }),
      [
        ['completed', null, 600],
        ['completed', null, 251],
        ['completed', null, 0],
      ],
    );
    const counted = `select count(*)::int, count(distinct "BusinessPartner")::int from ${table}`;
    assert.deepEqual(await ask(counted), [[851, 601]]);
    const row = `select "Credit"::text, "CreatedOn"::text, "OpensAt"::text, "Points"::text
      from ${table} where "BusinessPartner" = '${numberOf(7)}' and "Credit" > 1000`;
    assert.deepEqual(await ask(row), [
      ['1234567890123.25', '1980-02-29', '14:00:00', '1755445060952000000'],
    ]);
  }
});

test('a record that SAP refuses is set aside, the others of the table are there', async () => {
  const sap = await makeSap({ records: 10 });
  const to = await connectSap(sap, 'v2');
  await ask(`create table leads ("BusinessPartner" text primary key, "Name" text, "Category" text);
    insert into leads select 'L' || n, 'Lead ' || n, case n when 77 then '9' else '1' end
      from generate_series(1, 1000) n`);
  const ends = { from: there, to, object: 'leads', table: 'BusinessPartners' };
  const sync = await makeSync(scene, ends);

  const { id, status, error, records_written, records_failed } = await run(scene, sync);
  const params = { sync, run: id };
  const [rejected] = bodyOf(await scene.client.listRejected({ params }));

  assert.deepEqual([status, error], ['completed', null]);
  assert.deepEqual([records_written, records_failed], [999, 1]);
  assert.equal(rejected?.record.Name, 'Lead 77');
  assert.match(String(rejected?.reason), /Category '9' is unknown/);
  assert.equal(sap.service.set('BusinessPartners').entities.size, 1_009);
});

test('killed again and again, a run from SAP goes on: each record is there once', async () => {
  const sap = await makeSap({ records: 12_000, pageSize: 300 });
  const from = await connectSap(sap, 'v2');
  const ends = { from, to: there, object: 'BusinessPartners', table: 'killed' };
  const sync = await makeSync(scene, ends, { cursor_field, mode: 'append' });
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
  const all = 'select count(*)::int, count(distinct "BusinessPartner")::int from killed';
  assert.deepEqual(await ask(all), [[12_000, 12_000]]);
});

test('a token of OAuth that ends in the middle of a run is renewed', async () => {
  const sap = await makeSap({ records: 2_000, pageSize: 200 });
  const from = await connectSap(sap, 'v4', sap.oauth);
  const ends = { from, to: there, object: 'BusinessPartners', table: 'renewed' };
  const sync = await makeSync(scene, ends, { mode: 'append' });
  let pages = 0;
  sap.hook = ({ path }) => {
    if (path.endsWith('/BusinessPartners')) pages += 1;
    if (pages === 5) sap.tokens.clear();
    return undefined;
  };

  const { status, error, records_written } = await run(scene, sync);

  assert.deepEqual([status, error, records_written], ['completed', null, 2_000]);
  assert.ok(sap.heard.some(({ status: answered }) => answered === 401));
});
