import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import mysql from 'mysql2/promise';
import type { Session } from '../connector.ts';
import { makeSchema, type TestSchema } from '../testing/mariadbs.ts';
import { type Moving, move } from '../testing/move.ts';

let source: TestSchema;
let destination: TestSchema;
let from: Session;
let to: Session;

before(async () => {
  source = await makeSchema();
  destination = await makeSchema();
  [from, to] = [await source.open(), await destination.open()];
});
after(() => Promise.all([source.end(), destination.end()]));

async function rowsOf({ admin }: TestSchema, table: string): Promise<string[]> {
  const [rows] = await admin.query(`select * from ${table}`);
  return (rows as unknown[][]).map((row) => row.join('|')).sort();
}

function appended(object: string, more: Partial<Moving> = {}) {
  const moving = { from, to, object, key: ['id'], mode: 'append', cursorField: 'at' } as const;
  return move({ ...moving, syncId: object, batchRows: 2, ...more });
}

test('what commits late, within the overlap, comes once, and what was there before does not come again', async () => {
  await source.admin.query(`create table late (id int primary key, at timestamp(6) null);
    insert into late values (5, '2024-01-01 12:00:00.000001'), (6, '2024-01-01 12:04:00'), (7, null)`);
  const other = await mysql.createConnection(source.credentials);
  await other.query("set time_zone = '+00:00'");
  await other.query('start transaction');
  await other.query(
    "insert into late values (1, '2024-01-01 12:01:00'), (9, '2024-01-01 12:04:00')",
  );

  const counts = [(await appended('late')).read];
  await other.query('commit');
  await other.end();
  await source.admin.query("insert into late values (2, '2024-01-01 12:03:59'), (8, null)");
  counts.push((await appended('late')).read, (await appended('late')).read);
  await source.admin.query("insert into late values (3, '2024-01-01 12:03:58')");
  counts.push((await appended('late', { overlapSeconds: 0 })).read, (await appended('late')).read);

  assert.deepEqual(counts, [3, 4, 0, 0, 1]);
  assert.deepEqual(await rowsOf(destination, 'late'), await rowsOf(source, 'late'));
});

test('a first read that is broken off and gone on with loses nothing of what commits meanwhile', async () => {
  await source.admin.query(`create table broken (id int primary key, at datetime(6));
    insert into broken select seq, '2024-01-01' + interval seq second from seq_10_to_19`);
  const [oneFrom, oneTo] = [await source.open(), await destination.open()];
  await appended('broken', { from: oneFrom, to: oneTo, batchesMax: 3 });
  await Promise.all([oneFrom.close(), oneTo.close()]);
  await source.admin.query(`insert into broken values (1, '2024-01-01 00:00:12'), (2, '2024-01-01 00:00:14'),
    (3, '2024-01-01 00:00:13'), (4, null)`);

  await appended('broken', { fence: 2 });
  const again = await appended('broken', { fence: 3 });

  assert.equal(again.read, 0);
  assert.deepEqual(await rowsOf(destination, 'broken'), await rowsOf(source, 'broken'));
});

test('records without a key that look the same are counted, and a new one is none of them', async () => {
  await source.admin.query(`create table nameless (at int, name text);
    insert into nameless values (1, 'a'), (2, 'b'), (2, 'b'), (2, 'c')`);
  const moving = { key: [] } as const;
  const counts = [(await appended('nameless', moving)).read];
  await source.admin.query("insert into nameless values (2, 'b'), (2, 'd')");
  counts.push((await appended('nameless', moving)).read, (await appended('nameless', moving)).read);

  assert.deepEqual(counts, [4, 2, 0]);
  assert.deepEqual(await rowsOf(destination, 'nameless'), await rowsOf(source, 'nameless'));
});

test('bound and rows are of one snapshot, whatever happens between two batches', async () => {
  await source.admin.query(`create table busy (id int primary key, at int);
    insert into busy select seq, seq from seq_1_to_20`);

  const first = await appended('busy', {
    meanwhile: async (batch) => {
      if (batch !== 2) return;
      await source.admin.query(`update busy set at = 100 where id = 20;
        insert into busy values (21, 0), (22, 50)`);
    },
    mode: 'upsert',
  });
  const second = await appended('busy', { mode: 'upsert' });

  assert.equal(first.read, 20);
  assert.equal(second.read, 2);
});

test('what is the same to a collation is not the same record when a read goes on', async () => {
  await source.admin.query(`create table alike (id varchar(9), at int) collate utf8mb4_general_ci;
    insert into alike values ('a', 1), ('A', 2), ('b', 3), ('B', 4), ('á', 5)`);
  const moving = { from, to, object: 'alike', key: ['id'], batchRows: 1, syncId: 'alike' };
  const [oneFrom, oneTo] = [await source.open(), await destination.open()];
  await move({ ...moving, from: oneFrom, to: oneTo, batchesMax: 1 });
  await Promise.all([oneFrom.close(), oneTo.close()]);

  await move({ ...moving, fence: 2 });

  assert.deepEqual(await rowsOf(destination, 'alike'), await rowsOf(source, 'alike'));
});

test('a part is read again by its keys, and by the values of the cursor', async () => {
  const request = { object: 'alike', batchBytes: 1e6, batchRows: 10 };
  const read = async (more: object) => {
    const reading = await from.read({
      ...{ ...request, key: ['id'], signal: new AbortController().signal },
      ...more,
    });
    const rows = [];
    for await (const batch of reading.batches) rows.push(...batch.rows);
    return rows.map(([id]) => id);
  };

  assert.deepEqual(await read({ part: { keys: [['A'], ['b'], ['x']] } }), ['A', 'b']);
  assert.deepEqual(await read({ cursorField: 'at', part: { from: '2', to: '3' } }), ['A', 'b']);
});
