import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { makePair, rowsOf } from '../testing/databases.ts';
import { type Moving, move } from '../testing/move.ts';

const { source, destination, from, to } = await makePair();

/** Another session of the source, whose transactions are under way meanwhile. */
async function anotherSession() {
  const client = new pg.Client({ ...source.credentials, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function makeEvents(table: string) {
  await source.admin.query(`
    create table ${table} (id int primary key, at timestamptz default now(), note text);
    create index on ${table} (at);
    insert into ${table} select n, now() - interval '1 hour', 'first' from generate_series(1, 100) n`);
  const common = { from, to, object: table, cursorField: 'at', batchRows: 30 };
  const upsert: Moving = { ...common, syncId: `${table}_upsert`, into: `upsert_${table}` };
  const append: Moving = {
    ...common,
    syncId: `${table}_append`,
    into: `append_${table}`,
    mode: 'append',
  };
  return [upsert, append] as const;
}

test('what is new comes alone, with the last value of the cursor and a smaller key too', async () => {
  const movings = await makeEvents('ties');
  for (const moving of movings) await move(moving);
  await source.admin.query(`
    insert into ties select -1, max(at), 'tie' from ties;
    insert into ties select 101, max(at), 'tie' from ties;
    insert into ties values (102, now(), 'new')`);

  for (const moving of movings) {
    const { written } = await move(moving);
    const again = await move(moving);

    assert.deepEqual([written, again.written], [3, 0]);
    assert.deepEqual(await rowsOf(destination, moving.into!), await rowsOf(source, 'ties'));
  }
});

test('what commits late comes with the next run, once, from subtransactions too', async () => {
  const movings = await makeEvents('late');
  const [early, numbered, clocked] = [
    await anotherSession(),
    await anotherSession(),
    await anotherSession(),
  ];
  await early.query(`begin; insert into late values (-2, now() - interval '2 hours', 'early')`);
  await numbered.query(`begin; insert into late values (-3, now() - interval '3 hours', 'numbered');
    savepoint a; insert into late values (-4, now() - interval '1 hour', 'inner')`);
  // It has read the clock, and has no number yet.
  await clocked.query('begin; select now()');
  await source.admin.query(`insert into late values (101, now(), 'seen')`);
  for (const moving of movings) await move(moving);
  await early.query('commit');
  for (const moving of movings) await move(moving);
  await numbered.query('savepoint b; insert into late values (-5, now(), $$inner$$); commit');
  await clocked.query('insert into late values (-6, now(), $$clocked$$); commit');
  await source.admin.query(`insert into late values (102, now(), 'new')`);

  for (const moving of movings) {
    const { written } = await move(moving);
    const again = await move(moving);

    assert.deepEqual([written, again.written], [5, 0]);
    assert.deepEqual(await rowsOf(destination, moving.into!), await rowsOf(source, 'late'));
  }
  await Promise.all([early.end(), numbered.end(), clocked.end()]);
});

test('what commits while a read goes on, or between a kill and its resumption, comes too', async () => {
  const movings = await makeEvents('busy');
  const early = await anotherSession();
  for (const [index, moving] of movings.entries()) {
    const id = (index + 1) * 1000;
    const note = async (number: number) => {
      await early.query(`insert into busy values (${-id - number}, now() - interval '2 hours', 'low'),
        (${id + number}, now(), 'high'); commit; begin; select now()`);
    };
    await early.query('begin; select now()');
    const [killedFrom, killedTo] = [await source.open(), await destination.open()];
    await move({ ...moving, from: killedFrom, to: killedTo, batchesMax: 3, meanwhile: note });
    await Promise.all([killedFrom.close(), killedTo.close()]);

    await move({ ...moving, meanwhile: (number) => note(10 + number), fence: 2 });
    await early.query('rollback');
    await move({ ...moving, fence: 3 });

    assert.deepEqual(await rowsOf(destination, moving.into!), await rowsOf(source, 'busy'));
  }
  await early.end();
});

test('a record without a cursor value comes when it is written, and only then', async () => {
  const movings = await makeEvents('blank');
  await source.admin.query(`insert into blank values (201, null, 'a'), (202, null, 'b')`);
  for (const moving of movings) await move(moving);
  await source.admin.query(`insert into blank values (203, null, 'c')`);

  for (const moving of movings) {
    const { read, written } = await move(moving);

    assert.ok(read <= 3, `${read} read`);
    assert.equal(written, 1);
    assert.deepEqual(await rowsOf(destination, moving.into!), await rowsOf(source, 'blank'));
  }
});

test('the cursor is kept as the source wrote it: nothing falls into what rounding leaves', async () => {
  await source.admin.query(`
    create table fine (id int primary key, at numeric);
    insert into fine values (1, 1700000000.123456789)`);
  const moving = { from, to, object: 'fine', cursorField: 'at', syncId: 'fine' };
  await move(moving);
  await source.admin.query(`insert into fine values (2, 1700000000.1234567891)`);

  const { written } = await move(moving);

  assert.equal(written, 1);
});

test('a part is read again, and the position stays', async () => {
  const [moving] = await makeEvents('parts');
  const table = await from.describe('parts');
  await move(moving);
  const request = {
    object: 'parts',
    key: table.key,
    cursorField: 'at',
    batchBytes: 1e6,
    batchRows: 10,
  };
  const signal = new AbortController().signal;
  const [{ at }] = (await source.admin.query('select max(at)::text as at from parts')).rows;

  const keys = await from.read({ ...request, part: { keys: [['7'], ['9'], ['999']] }, signal });
  const whole = await from.read({
    ...request,
    part: { from: at, to: at },
    position: '{"at":["x","1"]}',
    signal,
  });

  const counts: unknown[] = [];
  for (const reading of [keys, whole]) {
    let count = 0;
    const positions = new Set();
    for await (const batch of reading.batches) {
      count += batch.count;
      positions.add(batch.position);
    }
    counts.push([count, ...positions]);
  }
  assert.deepEqual(counts, [
    [2, '{}'],
    [100, '{"at":["x","1"]}'],
  ]);
});

test('what a view has late comes with the overlap, and its last value whole', async () => {
  const [upsert] = await makeEvents('seen');
  await source.admin.query('create view shown as select * from seen');
  const moving = { ...upsert, object: 'shown', key: ['id'], syncId: 'view', into: 'of_view' };
  await move(moving);
  await source.admin.query(`
    insert into seen select -1, max(at), 'tie' from seen;
    insert into seen select -2, max(at) - interval '2 minutes', 'late' from seen`);

  const { written } = await move(moving);
  const again = await move(moving);

  assert.deepEqual([written, again.written], [2, 0]);
  assert.deepEqual(await rowsOf(destination, 'of_view'), await rowsOf(source, 'shown'));
});
