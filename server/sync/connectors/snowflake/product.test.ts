import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import type { Snowflake } from '../../../testing/simulators/snowflake/simulator.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, untilOver } from '../../testing/scene.ts';
import { makeDatabase, type TestDatabase } from '../testing/databases.ts';
import { makeAccount, settingsFor } from './testing/account.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
let database: TestDatabase;
let there: string;
before(async () => {
  database = await makeDatabase();
  there = await connect(scene, database);
});
after(() => database.end());

async function connectSnowflake(account: Snowflake): Promise<string> {
  const { config, credentials } = settingsFor(account);
  const key = { name: 'snowflake', private_key: credentials.private_key };
  const { id: private_key_id } = bodyOf(await scene.client.createPrivateKey({ body: key }));
  const given = { user: credentials.user, private_key_id };
  const body = { provider: 'snowflake', name: 'Warehouse', config, credentials: given };
  const connection = bodyOf(await scene.client.createConnection({ body }));
  assert.equal(connection.status, 'active', String(connection.health.message));
  return connection.id;
}

async function ask(sql: string): Promise<unknown[][]> {
  return (await database.admin.query({ text: sql, rowMode: 'array' })).rows;
}

async function untilKilled(sync: string, id: string, times: number): Promise<void> {
  const params = { sync, run: id };
  for (let kill = 0, seen = 0; kill < times; kill += 1) {
    await until('it has gone on', async () => {
      const { records_read, status } = bodyOf(await scene.client.getRun({ params }));
      const isFurther = records_read > seen && runnersOf(process.pid).length > 0;
      if (isFurther) seen = records_read;
      return isFurther || status === 'completed';
    });
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  }
}

test('Snowflake is connected, looked at, and what is new of it comes to a database once', async () => {
  const account = await makeAccount(3_000);
  const from = await connectSnowflake(account);
  const object = { params: { connection: from, object: 'RAW.CONTACTS' }, query: { sample: 2 } };
  const shown = bodyOf(await scene.client.getObject(object));
  const ends = { from, to: there, object: 'RAW.CONTACTS', table: 'people' };
  const sync = await makeSync(scene, ends, { cursor_field: 'UPDATED_AT' });

  const first = await run(scene, sync);
  await account.run(
    `update RAW.CONTACTS set "fullName" = 'Changed', UPDATED_AT = to_timestamp_ntz('2026-06-01 00:00:00')
     where ID <= to_number('250', 38, 0)`,
  );
  const second = await run(scene, sync);
  const third = await run(scene, sync);

  assert.deepEqual(shown.primary_key, ['ID']);
  assert.equal(shown.sample?.[0]?.fullName, 'Person 1');
  assert.deepEqual(
    [first, second, third].map(({ status, records_written }) => [status, records_written]),
    [
      ['completed', 3_000],
      ['completed', 250],
      ['completed', 0],
    ],
  );
  const counted = `select count(*)::int, count(*) filter (where "fullName" = 'Changed')::int from people`;
  assert.deepEqual(await ask(counted), [[3_000, 250]]);
});

test('killed again and again, a run from Snowflake goes on: each record is there once', async () => {
  const account = await makeAccount(20_000);
  const from = await connectSnowflake(account);
  const ends = { from, to: there, object: 'RAW.CONTACTS', table: 'killed' };
  const settings = { cursor_field: 'UPDATED_AT', mode: 'append' as const };
  const sync = await makeSync(scene, ends, settings);
  const { id } = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));

  await untilKilled(sync, id, 3);
  const { status, error } = await untilOver(scene, sync, id);

  assert.deepEqual([status, error], ['completed', null]);
  const counted = 'select count(*)::int, count(distinct "ID")::int from killed';
  assert.deepEqual(await ask(counted), [[20_000, 20_000]]);
});

test('killed again and again, a run into Snowflake goes on: each record is there once', async () => {
  const account = await makeAccount(1);
  const to = await connectSnowflake(account);
  await ask(`create table source (id int primary key, name text);
    insert into source select n, 'Person ' || n from generate_series(1, 20000) n`);
  const ends = { from: there, to, object: 'source', table: 'raw.target' };
  const sync = await makeSync(scene, ends, { mode: 'append', batch_size: 1_000 });
  const { id } = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));

  await untilKilled(sync, id, 3);
  const { status, error } = await untilOver(scene, sync, id);

  assert.deepEqual([status, error], ['completed', null]);
  const { rows } = await account.ask('select count(*), count(distinct ID) from RAW.TARGET');
  assert.deepEqual(rows, [['20000', '20000']]);
});

test('a filter is decided as everywhere, and one bad record is set aside', async () => {
  const account = await makeAccount(1);
  const to = await connectSnowflake(account);
  await ask(`create table leads (id int primary key, born date);
    insert into leads select n, '2000-01-01' from generate_series(1, 1000) n;
    update leads set born = '0044-03-15 BC' where id = 77`);
  const ends = { from: there, to, object: 'leads', table: 'raw.leads' };
  const sync = await makeSync(scene, ends);
  const { id, status, records_written, records_failed } = await run(scene, sync);
  const params = { sync, run: id };
  const [rejected] = bodyOf(await scene.client.listRejected({ params }));
  const back = { from: to, to: there, object: 'RAW.LEADS', table: 'back' };
  const filtered = await makeSync(scene, back, { filters: ['ID > 900'] });

  const { records_written: returned } = await run(scene, filtered);

  assert.deepEqual([status, records_written, records_failed], ['completed', 999, 1]);
  assert.match(String(rejected?.reason), /years from 1 to 9999/);
  assert.equal(returned, 100);
});

test('what is finer than a microsecond is set aside by PostgreSQL, and goes on as it is', async () => {
  const account = await makeAccount(1);
  const from = await connectSnowflake(account);
  await account.run(
    'create table RAW.FINE (ID number(38,0) not null, AT timestamp_ntz(9), primary key (ID))',
    ...['9999-12-31 23:59:59.999999999', '2026-01-01 00:00:00.123456'].map(
      (at, id) => `insert into RAW.FINE (ID, AT)
        select to_number('${id}', 38, 0), to_timestamp_ntz('${at}')`,
    ),
  );
  const copy = { from, to: from, object: 'RAW.FINE', table: 'RAW.COPY' };
  const syncs = [
    await makeSync(scene, { ...copy, to: there, table: 'fine' }),
    await makeSync(scene, { ...copy, to: there, table: 'fine' }),
    await makeSync(scene, copy),
  ];

  const runs = [];
  for (const sync of syncs) runs.push(await run(scene, sync));

  assert.deepEqual(
    runs.map(({ status, records_failed }) => [status, records_failed]),
    [
      ['completed', 1],
      ['completed', 1],
      ['completed', 0],
    ],
  );
  assert.deepEqual(await ask('select "ID"::int, "AT"::text from fine'), [
    [1, '2026-01-01 00:00:00.123456'],
  ]);
  const { rows } = await account.ask('select to_varchar(AT) from RAW.COPY order by ID');
  assert.equal(rows[0]?.[0], '9999-12-31T23:59:59.999999999');
});
