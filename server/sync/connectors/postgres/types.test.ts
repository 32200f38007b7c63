import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { makePair, type TestDatabase } from '../testing/databases.ts';
import { move } from '../testing/move.ts';

const { source, destination, from, to } = await makePair();

before(async () => {
  // What its own clients would see is nobody else's concern.
  await source.admin.query(`do $$ begin execute format('
    alter database %1$I set timezone = ''Asia/Calcutta''; alter database %1$I set datestyle = ''German, DMY'';
    alter database %1$I set intervalstyle = ''sql_standard''; alter database %1$I set bytea_output = ''escape'';
    alter database %1$I set extra_float_digits = -3', current_database()); end $$`);
});

async function asked({ admin }: TestDatabase, query: string) {
  const { rows } = await admin.query({ text: query, rowMode: 'array' });
  return rows as unknown[][];
}

/** The second time as a new run of the same sync. */
const copy = (object: string, isAnew = false) =>
  move({ from, to, object, into: object, syncId: object, isAnew });

test('a table that is made has the types of its source', async () => {
  await source.admin.query(`create table kinds (id bigserial primary key, n numeric, money numeric(40,5),
      mark uuid, marks uuid[], fixed char(32), short varchar(20), word text, bytes bytea, plain json,
      tree jsonb, trees jsonb[], wall timestamp, moment timestamptz, zoned timetz, bits bit(8), net cidr);
    insert into kinds (n, marks, fixed, bytes, trees) select '${'9'.repeat(40)}.${'1'.repeat(30)}',
      array_agg(gen_random_uuid()), md5('a'), decode(repeat('00ff', 524288), 'hex'), array['{}'::jsonb, null]
      from generate_series(1, 10)`);
  const types = `select attname, format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = 'kinds'::regclass and attnum > 0 order by attnum`;
  const rows = 'select md5(k::text), length(bytes), cardinality(marks) from kinds k';

  const { rejected } = await copy('kinds');

  assert.deepEqual(rejected, []);
  assert.deepEqual(await asked(destination, types), await asked(source, types));
  const texts = [];
  for (const database of [source, destination]) {
    await database.admin.query(`set timezone = 'UTC'; set bytea_output = 'hex'`);
    texts.push(await asked(database, rows));
  }
  assert.deepEqual(texts[1], texts[0]);
});

test('a moment is the same in every row, in the first read and later, whatever the zone of the source', async () => {
  const moment = "'2024-01-01T00:00:00+05:30', '2024-01-01 00:00:00', '1 day 02:00:00', 0.1";
  await source.admin.query(`create table moments (id int primary key, at timestamptz, wall timestamp,
      span interval, share float8);
    insert into moments values (1, ${moment}), (2, ${moment})`);
  await copy('moments');
  await source.admin.query(`insert into moments values (3, ${moment})`);
  await copy('moments', true);

  const told = `select count(*)::int, at at time zone 'UTC' = '2023-12-31 18:30', wall = '2024-01-01',
    span = '1 day 2 hours', share = 0.1 from moments group by 2, 3, 4, 5`;
  assert.deepEqual(await asked(destination, told), [[3, true, true, true, true]]);
});

test('a document is a document, in the first read and later', async () => {
  await source.admin.query(`create table documents (id int primary key, tree jsonb, plain json, at timestamp);
    insert into documents values (1, '{"hello":"world"}', '{"hello": "world"}', '2024-02-29 12:00')`);
  await copy('documents');
  await source.admin.query('insert into documents select 2, tree, plain, at from documents');
  await copy('documents', true);

  const told = `select id, jsonb_typeof(tree), json_typeof(plain), plain::text, at::text from documents order by id`;
  const row = ['object', 'object', '{"hello": "world"}', '2024-02-29 12:00:00'];
  assert.deepEqual(await asked(destination, told), [
    [1, ...row],
    [2, ...row],
  ]);
});

test('what the source computes comes with its record, and anew with every change', async () => {
  await source.admin.query(`create table computed (id int primary key, name text,
      upper_name text generated always as (upper(name)) stored);
    insert into computed (id, name) values (1, 'ann'), (2, 'bob')`);
  await copy('computed');
  await source.admin.query(`update computed set name = 'amy' where id = 1`);
  const { written } = await copy('computed', true);

  assert.equal(written, 1);
  assert.deepEqual(await asked(destination, 'select * from computed order by id'), [
    [1, 'amy', 'AMY'],
    [2, 'bob', 'BOB'],
  ]);
});

test('labels that an enum has gained arrive, and those of one that was made anew', async () => {
  await source.admin.query(`create type feeling as enum ('sad', 'happy');
    create table feelings (id int primary key, feeling feeling, others feeling[]);
    insert into feelings values (1, 'sad', '{sad,happy}')`);
  await copy('feelings');
  await source.admin.query(`alter type feeling add value 'meh'`);
  await source.admin.query(`insert into feelings values (2, 'meh', '{meh,NULL}')`);
  const gained = await copy('feelings', true);
  await source.admin.query(`alter table feelings alter feeling type text, alter others type text[];
    drop type feeling; create type feeling as enum ('sad', 'meh', 'happy', 'glad');
    alter table feelings alter feeling type feeling using feeling::feeling,
      alter others type feeling[] using others::feeling[];
    insert into feelings values (3, 'glad', '{glad}')`);
  const anew = await copy('feelings', true);

  assert.deepEqual([gained.rejected, anew.rejected], [[], []]);
  assert.deepEqual([gained.written, anew.written], [1, 1]);
  const told = 'select id, feeling::text, others::text from feelings order by id';
  assert.deepEqual(await asked(destination, told), await asked(source, told));
});

test('a label that the destination does not have sets its own record aside', async () => {
  await source.admin.query(`create type size as enum ('s', 'm', 'xl');
    create table sizes (id int primary key, size size); insert into sizes values (1, 's'), (2, 'xl')`);
  await destination.admin.query(`create type size as enum ('s', 'm');
    create table sizes (id int primary key, size size)`);

  const { rejected, written } = await copy('sizes');

  assert.equal(written, 1);
  assert.deepEqual(
    rejected.map(({ index, field }) => [index, field]),
    [[1, 'size']],
  );
});

test('domains arrive as what they stand for', async () => {
  await source.admin.query(`create domain words as tsvector; create domain age as int check (value >= 0);
    create domain old as age check (value > 60); create domain tags as text[];
    create table people (id int primary key, words words, age age, old old, tags tags);
    insert into people values (1, 'a fat cat', 7, 61, '{a,NULL}')`);

  const { rejected } = await copy('people');

  assert.deepEqual(rejected, []);
  const types = `select format_type(atttypid, atttypmod) from pg_attribute
    where attrelid = 'people'::regclass and attnum > 0 order by attnum`;
  assert.deepEqual((await asked(destination, types)).flat(), [
    ...['integer', 'tsvector', 'integer', 'integer', 'text[]'],
  ]);
  const told = 'select p::text from people p';
  assert.deepEqual(await asked(destination, told), await asked(source, told));
});
