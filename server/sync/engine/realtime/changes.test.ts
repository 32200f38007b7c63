import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

// Others than those of the server that it goes to.
const settings = { timezone: 'Asia/Calcutta' };
const following = await startFollowing(settings);
const { ask, follow, untilSame, untilRun, untilRows, scene, destination } = following;

test('large values that did not change stay, whichever others do, also of another key', async () => {
  await ask.query(`create table docs (id int primary key, name text, body text, more text);
    alter table docs alter body set storage external; alter table docs alter more set storage external;
    insert into docs select n, 'doc', repeat('b', 4000), repeat('m', 4000) from generate_series(1, 3) n`);
  await follow('docs');
  await untilSame('docs');

  await ask.query(`begin; update docs set name = 'one' where id = 1;
    update docs set body = repeat('c', 4000) where id = 2; update docs set id = 30 where id = 3;
    insert into docs values (4, 'four', repeat('d', 4000), null); commit`);
  await untilSame('docs');
});

test('a row that its table tells whole is followed the same', async () => {
  await ask.query(`create table whole (id int primary key, name text, body text);
    alter table whole replica identity full; alter table whole alter body set storage external;
    insert into whole select n, 'whole', repeat('b', 4000) from generate_series(1, 4) n`);
  await follow('whole');
  await untilSame('whole');

  await ask.query(`update whole set name = 'one' where id = 1; update whole set id = 20 where id = 2;
    delete from whole where id = 3`);
  await untilSame('whole');
});

test('each value is as the first reading has it: zones, JSON, enums, domains, arrays, bytes', async () => {
  await ask.query(`create type mood as enum ('sad', 'ok'); create domain name_of as varchar(20);
    create table kinds (id int primary key, at timestamptz, wall timestamp, plain json, binary_json jsonb,
      feels mood, called name_of, list text[], bytes bytea, exact numeric, floats float8, span interval)`);
  const values = `timestamptz '2024-03-01 00:00:00.123456+05:30', timestamp '2024-03-01 00:00:00.5',
    '{"hello":  "world"}', '{"big": 12345678901234567890}', 'ok', 'Ünï', array['a', null, 'b,"c'],
    '\\x00ff', 123456789012345678901234567890.123456789, 0.1::float8 + 0.2::float8, interval '1 mon -2 days'`;
  await ask.query(`insert into kinds select 1, ${values}`);
  await follow('kinds');
  await untilSame('kinds');

  await ask.query(`insert into kinds select 2, ${values}`);
  await untilSame('kinds');
  const { rows } = await destination.admin.query(
    `select (a::text = replace(b::text, '(2,', '(1,')) as is_same from kinds a, kinds b where a.id = 1 and b.id = 2`,
  );
  assert.deepEqual(rows, [{ is_same: true }]);
  await ask.query(`alter type mood add value 'meh'`);
  await ask.query(`insert into kinds (id, feels) values (3, 'meh')`);
  await untilSame('kinds');
});

test('what leaves a filter leaves the destination, and what comes into it comes there', async () => {
  await ask.query(`create table deals (id int primary key, stage text, note text);
    alter table deals alter note set storage external;
    insert into deals select n, case when n % 2 = 0 then 'won' else 'open' end, repeat('n', 4000)
    from generate_series(1, 10) n`);
  await follow('deals', {
    filters: ["stage = 'won'"],
    field_mappings: [{ source: 'note', destination: 'note' }],
  });
  await untilRows('deals', 5);

  await ask.query(`update deals set stage = 'lost' where id = 2; update deals set stage = 'won' where id = 1;
    delete from deals where id = 4; update deals set id = 60 where id = 6`);
  const ids = await untilRows('deals', 4);

  assert.deepEqual(ids, ['1', '10', '60', '8']);
});

test('what a transform leaves out is not there, and a hashed key is found again', async () => {
  await ask.query(`create table secrets (email text primary key, age int);
    insert into secrets select 'p' || n, n from generate_series(1, 20) n`);
  const code =
    'module.exports = (record) => (record.age > 50 ? null : { ...record, age: record.age + 1 })';
  const transform = bodyOf(
    await scene.client.createTransform({ body: { name: 'Test', type: 'javascript', code } }),
  );
  await follow('secrets', {
    transforms: [transform.id],
    field_mappings: [
      { source: 'email', destination: 'email', protect: 'hash' },
      { source: 'age', destination: 'age' },
    ],
  });
  await untilRows('secrets', 20, 'email');
  await ask.query(`update secrets set age = 90 where age = 1; delete from secrets where age = 2;
    insert into secrets values ('p21', 21)`);
  await untilRows('secrets', 19, 'email');
  const { rows } = await destination.admin.query(
    'select max(age) as most, min(age) as least from secrets',
  );
  assert.deepEqual(rows, [{ most: 22, least: 4 }]);
});

test('a source that is emptied asks first, and what is allowed is done by a new read', async () => {
  await ask.query(`create table emptied (id int primary key, name text);
    insert into emptied select n, 'row' from generate_series(1, 50) n`);
  const sync = await follow('emptied');
  await untilSame('emptied');
  await ask.query(`begin; truncate emptied; insert into emptied values (100, 'after'); commit`);
  const paused = await untilRun(sync, 'paused');

  assert.match(paused.pause?.reason ?? '', /TRUNCATE/);
  assert.deepEqual([paused.pause?.planned_deletes, paused.pause?.total], [50, 50]);
  const { rows } = await destination.admin.query('select count(*)::int as count from emptied');
  assert.deepEqual(rows, [{ count: 50 }]);
  bodyOf(
    await scene.client.resumeRun({ params: { sync, run: paused.id }, body: { accept: true } }),
  );
  await untilSame('emptied');
  await ask.query(`insert into emptied values (101, 'later')`);
  await untilSame('emptied');
});

test('where it is allowed beforehand, emptying is followed in its place', async () => {
  await ask.query(`create table refilled (id int primary key);
    insert into refilled select generate_series(1, 50)`);
  await follow('refilled', { max_delete_percent: 100 });
  await untilSame('refilled');
  await ask.query(
    `insert into refilled values (51); truncate refilled; insert into refilled values (7)`,
  );
  await untilSame('refilled');
});

test('a type that changes pauses the sync, and the new read has all values', async () => {
  await ask.query(
    `create table typed (id int primary key, c int); insert into typed values (1, 1), (2, 2)`,
  );
  const sync = await follow('typed');
  await untilSame('typed');
  await ask.query(
    `alter table typed alter c type bigint using c + 1; insert into typed values (3, 3)`,
  );
  const paused = await untilRun(sync, 'paused');
  assert.match(paused.pause?.reason ?? '', /type of c has changed/);

  bodyOf(await scene.client.resumeRun({ params: { sync, run: paused.id }, body: {} }));
  await untilSame('typed');
});

for (const policy of ['ignore', 'add', 'pause'] as const) {
  test(`a column that is new while it streams: ${policy}`, async () => {
    const table = `grown_${policy}`;
    await ask.query(
      `create table ${table} (id int primary key, a text); insert into ${table} values (1, 'a')`,
    );
    const sync = await follow(table, { on_schema_change: policy });
    await untilSame(table);
    await ask.query(`alter table ${table} add b text; insert into ${table} values (2, 'a', 'b')`);
    if (policy === 'pause') {
      const paused = await untilRun(sync, 'paused');
      assert.match(paused.pause?.reason ?? '', /new field b/);
      const params = { sync, run: paused.id };
      bodyOf(await scene.client.resumeRun({ params, body: { accept: true } }));
    }
    if (policy === 'ignore') {
      assert.deepEqual(await untilRows(table, 2), ['1', '2']);
    } else await untilSame(table);
  });
}

test('unique values that change hands in one transaction arrive', async () => {
  await ask.query(`create table swapped (id int primary key, place int unique deferrable initially deferred);
    insert into swapped values (1, 1), (2, 2), (3, 3)`);
  await destination.admin.query('create table swapped (id int primary key, place int unique)');
  await follow('swapped');
  await untilSame('swapped');
  await ask.query(`begin; update swapped set place = 2 where id = 1; update swapped set place = 1 where id = 2;
    delete from swapped where id = 3; insert into swapped values (4, 3); commit`);
  await untilSame('swapped');
});
