import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, makeSync, run } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';

const { scene, source, destination, from, to } = await startBetween();

test('a table is copied to where it was not, and again when it has changed', async () => {
  await source.admin.query(`create table people (id bigint primary key, name text, born date);
    insert into people select n, 'Person ' || n, '2000-01-01'::date + n from generate_series(1, 2500) n`);
  const sync = await makeSync(scene, { from, to, object: 'people' });

  const first = await run(scene, sync);
  await source.admin.query(`update people set name = 'Changed' where id = 7;
    insert into people values (9007199254740993, 'Large', '4000-01-01 BC')`);
  const second = await run(scene, sync);

  assert.deepEqual([first.status, first.error, first.records_written], ['completed', null, 2500]);
  assert.deepEqual(
    [second.status, second.records_read, second.records_written],
    ['completed', 2501, 2],
  );
  const { rows } = await destination.admin.query(
    'select id::text, name, born::text from people where id in (7, 9007199254740993) order by id',
  );
  assert.deepEqual(rows, [
    { id: '7', name: 'Changed', born: '2000-01-08' },
    { id: '9007199254740993', name: 'Large', born: '4000-01-01 BC' },
  ]);
});

test('fields are mapped, filtered, protected, given defaults and transformed', async () => {
  await source.admin.query(`create table leads (id int primary key, email text, phone text, score int);
    insert into leads select n, 'p' || n || '@mail.example', nullif('(555) 01' || n, '(555) 013'), n
      from generate_series(1, 6) n`);
  const transform = bodyOf(
    await scene.client.createTransform({
      body: {
        name: 'digits',
        type: 'javascript',
        code: `module.exports = (record) => {
          if (record.id === 5) throw new Error('not this one');
          return { ...record, phone: record.phone.replace(/[^0-9]/g, ''), length: record.phone.length };
        };`,
      },
    }),
  );
  const sync = await makeSync(
    scene,
    { from, to, object: 'leads', table: 'contacts' },
    {
      field_mappings: [
        { source: 'email', destination: 'email_hash', protect: 'hash' },
        { source: 'phone', destination: 'phone', default: 'none 0' },
      ],
      filters: ['score > 2', { field: 'score', operator: '<', value: 6 }],
      transforms: [transform.id],
    },
  );

  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.error], ['completed', null]);
  assert.deepEqual([done.records_written, done.records_failed], [2, 1]);
  const { rows } = await destination.admin.query(
    'select id, phone, length, length(email_hash) as hashed from contacts order by id',
  );
  assert.deepEqual(
    rows.map((row) => ({ ...row, length: Number(row.length) })),
    [
      { id: 3, phone: '0', length: 6, hashed: 64 },
      { id: 4, phone: '555014', length: 9, hashed: 64 },
    ],
  );
  const params = { sync, run: done.id };
  const [refused] = bodyOf(await scene.client.listRejected({ params }));
  assert.match(refused?.reason ?? '', /not this one/);
  assert.equal(refused?.record.id, 5);
});

test('names that are words of SQL, and signs, are only names, in mappings and filters; numbers keep their digits', async () => {
  const exact = '1884518522.1684267241';
  await source.admin.query(`create table "order" ("user" int primary key, "select" text, "a""b" numeric);
    insert into "order" values (1, 'x', ${exact}), (2, 'x', 1884518522.1684267242), (3, 'y', ${exact})`);
  const field_mappings = [
    { source: 'user', destination: 'table' },
    { source: 'select', destination: 'na!e' },
    { source: 'a"b', destination: 'heddle_state' },
  ];
  const filters = [
    `"select" = 'x'`,
    { field: 'a"b', operator: '=' as const, value: exact },
    '"user" < 10',
  ];
  const ends = { from, to, object: 'order', table: 'group' };
  const sync = await makeSync(scene, ends, { field_mappings, filters });

  const done = await run(scene, sync);
  const again = await run(scene, sync);

  assert.deepEqual([done.status, done.error, again.records_written], ['completed', null, 0]);
  const { rows } = await destination.admin.query('select * from "group"');
  assert.deepEqual(rows, [{ table: 1, 'na!e': 'x', heddle_state: exact }]);
});

test('a preview shows records and statements and writes nothing', async () => {
  await source.admin.query(`create table seen (id int primary key, at timestamptz);
    insert into seen values (1, '2024-01-01T00:00:00+05:30')`);
  const sync = await makeSync(scene, { from, to, object: 'seen' });

  const shown = bodyOf(await scene.client.previewSync({ params: { sync } }));

  assert.deepEqual(shown.records, [{ id: 1, at: '2023-12-31T18:30:00Z' }]);
  assert.match(shown.statements.join(), /create table/i);
  const { rows } = await destination.admin.query("select to_regclass('seen') as there");
  assert.deepEqual(rows, [{ there: null }]);
});

test('a run whose source is not there fails with a reason, and its sync says so', async () => {
  const sync = await makeSync(scene, { from, to, object: 'nowhere' });

  const done = await run(scene, sync);

  assert.equal(done.status, 'failed');
  assert.match(done.error ?? '', /nowhere/);
  const shown = bodyOf(await scene.client.getSync({ params: { sync } }));
  assert.equal(shown.status, 'failed');
  const log = bodyOf(await scene.client.getRunLog({ params: { sync, run: done.id } }));
  assert.match(log.at(-1)?.message ?? '', /nowhere/);
});
