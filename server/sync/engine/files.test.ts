import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, run, untilOver } from '../testing/scene.ts';
import { startWithFolder } from '../testing/started.ts';

const { app, scene, folder } = await startWithFolder();
const database = await makeDatabase();
after(() => database.end());
const table = await connect(scene, database);
const body = { provider: 'files', name: 'Files', config: { path: '.' }, credentials: {} };
const connection = bodyOf(await scene.client.createConnection({ body }));

test('lines that are no records are set aside with their numbers, and the others arrive', async () => {
  await writeFile(join(folder, 'people.csv'), 'id,name\n1,Ann\n2,Bob,x\n3,\n4,"b" c\n5,""\n');
  const ends = { from: connection.id, to: table, object: 'people.csv', table: 'people' };
  const sync = await makeSync(scene, ends, { mode: 'replace' });

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.error], ['completed', null]);
  assert.deepEqual([done.records_read, done.records_written, done.records_failed], [5, 3, 2]);
  const params = { sync, run: done.id };
  const refused = bodyOf(await scene.client.listRejected({ params }));
  assert.deepEqual(
    refused.map(({ record, reason }) => [record.line, /^Line \d /.test(reason)]).sort(),
    [
      [3, true],
      [5, true],
    ],
  );
  const { rows } = await database.admin.query('select id, name from people order by id');
  assert.deepEqual(rows, [
    { id: '1', name: 'Ann' },
    { id: '3', name: null },
    { id: '5', name: '' },
  ]);
});

test('a table becomes a file, which is there when it is whole', async () => {
  await database.admin.query(`create table numbers as
    select n as id, 9223372036854775807 - n as big from generate_series(1, 25000) n`);
  const ends = { from: table, to: connection.id, object: 'numbers', table: 'out/numbers.ndjson' };
  const sync = await makeSync(scene, ends, { mode: 'replace' });

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.error, done.records_written], ['completed', null, 25_000]);
  const lines = (await readFile(join(folder, 'out/numbers.ndjson'), 'utf8')).trimEnd().split('\n');
  assert.equal(lines.length, 25_000);
  assert.match(lines[0] as string, /^\{"id":\d+,"big":922337203685477\d{4}\}$/);
});

test('what a mapping drops is not kept with a line that was set aside either', async () => {
  await writeFile(join(folder, 'drop.csv'), 'id,secret\n1,hidden\n2,hidden,x\n');
  const ends = { from: connection.id, to: table, object: 'drop.csv', table: 'dropped' };
  const field_mappings = [
    { source: 'id', destination: 'id' },
    { source: 'secret', destination: 'secret', protect: 'drop' as const },
  ];
  const sync = await makeSync(scene, ends, { mode: 'append', field_mappings });

  const done = await run(scene, sync);

  const params = { sync, run: done.id };
  const refused = bodyOf(await scene.client.listRejected({ params }));
  assert.deepEqual([done.status, done.records_failed], ['completed', 1]);
  assert.doesNotMatch(JSON.stringify(refused), /hidden/);
});

test('who has lost a run writes no file any more, however quickly it goes on', async () => {
  await database.admin.query('create table taken as select 1 as id');
  await writeFile(join(folder, 'taken.csv'), 'id\n0\n');
  const ends = { from: table, to: connection.id, object: 'taken', table: 'taken.csv' };
  const sync = await makeSync(scene, ends, { mode: 'append' });
  await database.admin.query('begin; lock table taken');
  const begun = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
  await until('it waits for the table', async () => {
    const waiting = 'select from pg_locks where not granted and relation = $1::regclass';
    return (await database.admin.query(waiting, ['taken'])).rowCount === 1;
  });

  await app.server.platform.database.of(scene.organization).transaction((tx) =>
    tx.rows(
      `update sync.run set fence = fence + 1, lease_until = clock_timestamp() + interval '3 seconds'
       where id = $1`,
      [begun.id],
    ),
  );
  await database.admin.query('commit');
  const done = await untilOver(scene, sync, begun.id);

  assert.deepEqual([done.status, done.error, done.records_written], ['completed', null, 1]);
  assert.equal(await readFile(join(folder, 'taken.csv'), 'utf8'), 'id\n0\n1\n');
});

test('a line that was set aside is found again, also where its key is spelled otherwise', async () => {
  const config = { path: '.', columns: { id: 'integer', amount: 'integer' }, key: ['id'] };
  const { id: from } = bodyOf(await scene.client.createConnection({ body: { ...body, config } }));
  await database.admin.query('create table amounts (id int primary key, amount int)');
  const lines = (amount: string, key: string) =>
    writeFile(join(folder, 'amounts.csv'), `id,amount\n006,6\n007,${amount}\n${key},8\n`);
  await lines('seven', 'x');
  const ends = { from, to: table, object: 'amounts.csv', table: 'amounts' };
  const sync = await makeSync(scene, ends);
  const first = await run(scene, sync);
  const params = { sync, run: first.id };

  await lines('7', '8');
  const { id } = bodyOf(await scene.client.retryRejected({ params }));
  const again = await untilOver(scene, sync, id);

  assert.deepEqual([first.records_written, first.records_failed], [1, 2]);
  assert.deepEqual([again.status, again.error, again.records_written], ['completed', null, 1]);
  const { rows } = await database.admin.query('select id, amount from amounts order by id');
  assert.deepEqual(
    rows,
    [6, 7].map((n) => ({ id: n, amount: n })),
  );
});
