import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { startPostgres } from '../../../../testing/postgres.ts';
import type { Place } from '../sql/place.ts';
import { openOutside } from '../testing/outside.ts';
import { requireTable } from './catalogue.ts';
import { Link } from './link.ts';
import { publish, refuseUntold } from './publication.ts';
import { dropSlot, makeSlot, slotNameOf, slotOf } from './slot.ts';

const source = await startPostgres({ wal_level: 'logical', max_replication_slots: '2' });
const { host, port, user } = source.credentials('postgres');
const admin = new pg.Client({ host, port, user, database: 'postgres' });
await admin.connect();
const outside = openOutside();
const as = (name: string) =>
  Link.open({ host, port, user: name, database: 'postgres', ssl: 'disable' } as Place, outside);
const link = await as(user);
after(async () => {
  await link.close();
  await admin.end();
  await outside.end();
  await source.end();
});

const publications = async () =>
  (
    await admin.query(
      `select pubname as name, array_agg(schemaname || '.' || tablename order by 1) as tables
       from pg_publication_tables group by 1 order by 1`,
    )
  ).rows;
const table = (schema: string, name: string) => ({ schema, name });

test('a publication names the tables that it is told of, and those of others stay', async () => {
  await admin.query(`create schema "A ""B";
    create table "A ""B"."t.x" (id int primary key); create table one (id int primary key);
    create table theirs (id int); create publication theirs for table theirs`);
  const name = slotNameOf('conn_1');
  const own = async () => (await publications()).find((one) => one.name === name)?.tables;

  await publish(link, name, [table('public', 'one')]);
  const first = await own();
  await publish(link, name, [table('A "B', 't.x'), table('public', 'one')]);
  const second = await own();
  await publish(link, name, [table('A "B', 't.x')]);
  await publish(link, name, [table('A "B', 't.x')]);
  const third = await own();
  await publish(link, name, []);
  await publish(link, name, []);

  assert.deepEqual(
    [first, second, third],
    [['public.one'], ['A "B.t.x', 'public.one'], ['A "B.t.x']],
  );
  assert.deepEqual(await publications(), [{ name: 'theirs', tables: ['public.theirs'] }]);
  const updated = await admin.query(`drop publication theirs; insert into theirs values (1);
    update theirs set id = 2`);
  assert.ok(updated);
});

test('a slot keeps what is committed from then on, and says how much', async () => {
  const name = slotNameOf('conn_2');
  assert.equal(await slotOf(link, name), undefined);
  await makeSlot(link, name);
  const made = await slotOf(link, name);
  await admin.query(`create table kept (note text);
    insert into kept select repeat('x', 1000) from generate_series(1, 1000)`);
  const later = await slotOf(link, name);
  await dropSlot(link, name);
  await dropSlot(link, name);

  assert.equal(made?.status, 'reserved');
  assert.equal(made?.isActive, false);
  assert.equal(later?.stored, made?.stored);
  assert.ok((later?.bytes ?? 0n) >= (made?.bytes ?? 0n) + 1_000_000n);
  assert.equal(await slotOf(link, name), undefined);
});

test('what stands in the way of a slot is said, with what to do', async () => {
  await makeSlot(link, 'heddle_a');
  await makeSlot(link, 'heddle_b');
  await assert.rejects(makeSlot(link, 'heddle_c'), {
    kind: 'configuration',
    message: /max_replication_slots/,
  });
  await dropSlot(link, 'heddle_a');
  await dropSlot(link, 'heddle_b');
  await admin.query('create role plain login');
  const plain = await as('plain');
  await assert.rejects(makeSlot(plain, 'heddle_d'), {
    kind: 'configuration',
    message: /ALTER ROLE … REPLICATION/,
  });
  await plain.close();
});

test('a table whose changes cannot be told is refused, with what to do', async () => {
  await admin.query(`create table keyless (id int); alter table keyless replica identity full;
    create view seen as select 1 as id;
    create table other (id int primary key, code int not null unique);
    alter table other replica identity using index other_code_key;
    create table nothing (id int primary key); alter table nothing replica identity nothing;
    create table computed (id int primary key, twice int generated always as (id * 2) stored);
    create table plain (id int primary key); create table whole (id int primary key);
    alter table whole replica identity full;
    create table parted (id int primary key) partition by range (id)`);
  const refused = async (name: string) =>
    refuseUntold(link, await requireTable(link, name)).then(
      () => undefined,
      (error: Error) => error.message,
    );

  assert.match((await refused('keyless')) ?? '', /no primary key/);
  assert.match((await refused('seen')) ?? '', /no table/);
  assert.match((await refused('other')) ?? '', /REPLICA IDENTITY DEFAULT/);
  assert.match((await refused('nothing')) ?? '', /REPLICA IDENTITY DEFAULT/);
  assert.match((await refused('computed')) ?? '', /generated column "twice"/);
  assert.deepEqual(await Promise.all(['plain', 'whole', 'parted'].map(refused)), [
    undefined,
    undefined,
    undefined,
  ]);
});
