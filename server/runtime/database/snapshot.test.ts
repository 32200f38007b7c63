import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { silent } from '../../testing/cluster.ts';
import { startServer } from '../../testing/server.ts';
import { asOwner } from '../testing/owner.ts';
import { Database } from './database.ts';
import type { Db } from './tx.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
// Of one connection: whatever kept it would keep out all that follows.
const database = new Database(app.address, silent, { connectionsMax: 1 });
after(() => database.close());
const { read, reading } = database.of(1);

await asOwner(app.address, 'create table public.tally (count int)');
await asOwner(app.address, 'insert into public.tally values (0)');
await asOwner(app.address, 'grant select on public.tally to heddle_app');
const count = () => asOwner(app.address, 'update public.tally set count = count + 1');

async function tallyIn(db: Db): Promise<number | undefined> {
  const [row] = await db.rows<{ count: number }>('select count from public.tally');
  return row?.count;
}

test('all that is read for one answer is of one moment, and the next answer of a later one', async () => {
  const before = await tallyIn(reading);

  const seen = await read(async (db) => {
    const first = await tallyIn(db);
    await count();
    return [first, ...(await Promise.all([tallyIn(db), tallyIn(db)]))];
  });

  assert.deepEqual(seen, [before, before, before]);
  assert.equal(await read(tallyIn), Number(before) + 1);
});

test('what is read while an answer is streamed is read by itself', async () => {
  const later = await read(async (db) => {
    await tallyIn(db);
    return () => tallyIn(db);
  });
  const before = await tallyIn(reading);
  await count();

  assert.equal(await later(), Number(before) + 1);
});

test('nothing is taken from others by who reads nothing', async () => {
  const tally = await read(() => tallyIn(reading));

  assert.equal(typeof tally, 'number');
});

test('of reads at once the one that failed says why, and the connection is used on', async () => {
  const failed = read((db) =>
    Promise.all([tallyIn(db), db.rows('select 1 / 0'), tallyIn(db), tallyIn(db)]),
  );

  await assert.rejects(failed, /division by zero/);
  assert.equal(typeof (await read(tallyIn)), 'number');
});

test('who fails after reading, and who reads on after that, holds nothing up', async () => {
  const late = Promise.withResolvers<unknown>();
  const failed = read(async (db) => {
    await tallyIn(db);
    setImmediate(() => late.resolve(tallyIn(db)));
    throw new Error('not like that');
  });

  await assert.rejects(failed, /not like that/);
  assert.equal(typeof (await late.promise), 'number');
});

test('to write where only reading is meant is a fault of ours, and no connection suffers', async () => {
  const backend = () => read((db) => db.rows<{ pid: number }>('select pg_backend_pid() as pid'));
  const before = await backend();

  const failed = read((db) => db.rows('create table public.another ()'));

  await assert.rejects(failed, /a read wrote: /);
  assert.deepEqual(await backend(), before);
});

test('many at once take turns', async () => {
  const tallies = await Promise.all(Array.from({ length: 50 }, () => read(tallyIn)));

  assert.equal(new Set(tallies).size, 1);
});
