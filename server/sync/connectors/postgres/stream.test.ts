import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import pg from 'pg';
import { type DebianPostgres, startPostgres } from '../../../../testing/postgres.ts';
import type { Place } from '../sql/place.ts';
import { openOutside } from '../testing/outside.ts';
import { Link } from './link.ts';
import { type Lsn, readLsn } from './replication/lsn.ts';
import type { Changed, Message } from './replication/pgoutput.ts';
import type { ChangeStream, Told } from './replication/stream.ts';

const source: DebianPostgres = await startPostgres({
  wal_level: 'logical',
  wal_sender_timeout: '2s',
  timezone: 'Asia/Calcutta',
});
const { host, port, user } = source.credentials('postgres');
const admin = new pg.Client({ host, port, user, database: 'postgres' });
await admin.connect();
const outside = openOutside();
after(async () => {
  await admin.end();
  await outside.end();
  await source.end();
});

const opened: Link[] = [];
after(() => Promise.all(opened.map((link) => link.close())));

let slots = 0;

/** A slot and a publication of these tables. */
async function makeSlot(...tables: string[]): Promise<string> {
  slots += 1;
  const slot = `slot_${slots}`;
  await admin.query(`create publication ${slot} for table ${tables.join()}`);
  await admin.query(`select pg_create_logical_replication_slot('${slot}', 'pgoutput')`);
  return slot;
}

async function begin(slot: string, from: Lsn = 0n) {
  const place = { host, port, user, database: 'postgres', ssl: 'disable' } as Place;
  const link = await Link.open(place, outside, undefined, 'replication');
  opened.push(link);
  const stream = await link.replicate({ slot, publication: slot, from });
  return { link, stream };
}

async function stored(slot: string): Promise<Lsn> {
  const { rows } = await admin.query(
    'select confirmed_flush_lsn::text at from pg_replication_slots where slot_name = $1',
    [slot],
  );
  return readLsn(rows[0].at);
}

/** What is told up to, and with, so many commits. */
async function messages(stream: ChangeStream, commits: number): Promise<Message[]> {
  const heard: Message[] = [];
  for (let left = commits; left > 0; ) {
    const told: Told = await stream.next();
    if (told.kind === 'idle') continue;
    heard.push(told.message);
    if (told.message.kind === 'commit') left -= 1;
  }
  return heard;
}

const cellsOf = (heard: readonly Message[]) =>
  heard.flatMap((one): (readonly Changed[])[] => (one.kind === 'insert' ? [one.cells] : []));

test('Each change is told with its values as text, in the zone and style of every other reading', async () => {
  await admin.query(`create table told (id int primary key, at timestamptz, big text, "Ünï" jsonb);
    alter table told alter big set storage external`);
  const slot = await makeSlot('told');
  const big = 'x'.repeat(10_000);
  await admin.query(
    `insert into told values (1, '2024-01-01 00:00:00.123456+05:30', '${big}', null)`,
  );
  await admin.query(`update told set "Ünï" = '{"a": 1}'`);
  await admin.query('update told set id = 2');
  await admin.query('delete from told');
  await admin.query('truncate told');

  const { stream } = await begin(slot);
  const heard = (await messages(stream, 5)).filter(
    ({ kind }) => kind !== 'begin' && kind !== 'commit',
  );

  const [relation] = heard;
  // After a truncation it may be told once more.
  const changes = heard.filter(({ kind }) => kind !== 'relation');
  assert.ok(relation?.kind === 'relation');
  const { id, columns, ...named } = relation.relation;
  assert.deepEqual(named, { schema: 'public', name: 'told', identity: 'default' });
  assert.deepEqual(
    columns.map(({ name, isKey, type }) => [name, isKey, type]),
    [
      ['id', true, '23'],
      ['at', false, '1184'],
      ['big', false, '25'],
      ['Ünï', false, '3802'],
    ],
  );
  const at = '2023-12-31 18:30:00.123456+00';
  assert.deepEqual(changes, [
    { kind: 'insert', relation: id, cells: ['1', at, big, null] },
    { kind: 'update', relation: id, cells: ['1', at, undefined, '{"a": 1}'] },
    {
      kind: 'update',
      relation: id,
      before: { isWhole: false, cells: ['1', null, null, null] },
      cells: ['2', at, undefined, '{"a": 1}'],
    },
    { kind: 'delete', relation: id, before: { isWhole: false, cells: ['2', null, null, null] } },
    { kind: 'truncate', relations: [id] },
  ]);
});

test('What was not confirmed comes again, and of adjacent commits neither is lost nor twice there', async () => {
  await admin.query('create table adjacent (id int primary key)');
  const slot = await makeSlot('adjacent');
  const other = new pg.Client({ host, port, user, database: 'postgres' });
  await other.connect();
  await admin.query('begin; insert into adjacent values (1)');
  await other.query('begin; insert into adjacent values (2)');
  await Promise.all([admin.query('commit'), other.query('commit')]);
  await other.end();

  const first = await begin(slot);
  const heard = await messages(first.stream, 2);
  const [one] = heard.filter(({ kind }) => kind === 'commit');
  assert.ok(one?.kind === 'commit');
  first.stream.confirm(one.end);
  first.stream.tell();
  while ((await stored(slot)) < one.end) await new Promise((resolve) => setTimeout(resolve, 20));
  await first.link.close();
  const again = await begin(slot, one.end);
  const rest = await messages(again.stream, 1);

  assert.deepEqual([...cellsOf(heard)].sort(), [['1'], ['2']]);
  assert.deepEqual(cellsOf(rest), cellsOf(heard).slice(1));
});

test('Nothing is confirmed that was only received', async () => {
  await admin.query('create table received (id int primary key)');
  const slot = await makeSlot('received');
  const before = await stored(slot);
  await admin.query('insert into received values (1)');

  const first = await begin(slot);
  await messages(first.stream, 1);
  first.stream.tell();
  await first.link.close();
  const again = await begin(slot);

  assert.deepEqual(cellsOf(await messages(again.stream, 1)), [['1']]);
  assert.equal(await stored(slot), before);
});

test('A reader that stalls for three times the timeout of the server keeps its stream', async () => {
  await admin.query('create table stalled (id int primary key, note text)');
  const slot = await makeSlot('stalled');
  const { stream } = await begin(slot);
  await admin.query(
    `insert into stalled select n, repeat('x', 1000) from generate_series(1, 40000) n`,
  );

  await stream.next();
  await new Promise((resolve) => setTimeout(resolve, 6_500));
  const heard = await messages(stream, 1);

  assert.equal(cellsOf(heard).length, 40_000);
});

test('Where nothing of its tables changes, it hears how far the server is', async () => {
  await admin.query('create table quiet (id int primary key); create table loud (note text)');
  const slot = await makeSlot('quiet');
  const { stream } = await begin(slot);
  const before = await stored(slot);
  await admin.query(`insert into loud select repeat('x', 1000) from generate_series(1, 5000)`);
  const { rows } = await admin.query('select pg_current_wal_insert_lsn()::text at');
  const now = readLsn(rows[0].at);

  let told = await stream.next();
  while (told.kind !== 'idle' || told.at < now) told = await stream.next();
  stream.confirm(told.at);
  stream.tell();

  while ((await stored(slot)) < now) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok((await stored(slot)) > before);
});

test('A slot that is not there is a fault of the configuration', async () => {
  await assert.rejects(begin('missing'), { kind: 'configuration' });
});
