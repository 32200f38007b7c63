import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { silent } from '../../testing/cluster.ts';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { asOwner } from '../testing/owner.ts';
import { Database, type Tx } from './database.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const database = new Database(app.address, silent, { connectionsMax: 1 });
after(() => database.close());
const { organization } = await makeScene(app);
const wall = database.of(organization);

await asOwner(
  app.address,
  `create schema test;
   create table test.word (place int generated always as identity, word text primary key);
   grant usage on schema test to heddle_app;
   grant select, insert on test.word to heddle_app`,
);

const insert = 'insert into test.word (word) values ($1)';

async function wordsLike(pattern: string, db: Pick<Tx, 'rows'> = wall.reading) {
  const rows = await db.rows<{ word: string }>(
    'select word from test.word where word like $1 order by place',
    [pattern],
  );
  return rows.map(({ word }) => word);
}

test('what is only written is there after the commit, in its order', async () => {
  await wall.transaction(async (tx) => {
    tx.write(insert, ['last 1']);
    await tx.rows(insert, ['last 2']);
    tx.write(insert, ['last 3']);
    tx.write(insert, ['last 4']);
  });

  assert.deepEqual(await wordsLike('last %'), ['last 1', 'last 2', 'last 3', 'last 4']);
});

test('a statement sees what was written before it', async () => {
  const seen = await wall.transaction(async (tx) => {
    tx.write(insert, ['seen']);
    return wordsLike('seen', tx);
  });

  assert.deepEqual(seen, ['seen']);
});

test('what cannot be written is the reason, whatever is asked behind it', async () => {
  const attempt = wall.transaction(async (tx) => {
    await tx.rows(insert, ['reason']);
    tx.write(insert, ['reason']);
    await wordsLike('reason', tx);
  });

  await assert.rejects(attempt, { code: '23505' });
});

test('what cannot be written fails the transaction, with its reason', async () => {
  const attempt = wall.transaction(async (tx) => {
    await tx.rows(insert, ['twice']);
    tx.write(insert, ['twice']);
    tx.write(insert, ['behind']);
  });

  await assert.rejects(attempt, { code: '23505' });
  assert.deepEqual(await wordsLike('twice'), []);
  assert.deepEqual(await wordsLike('behind'), []);
});

test('what is written before a failure goes with it', async () => {
  const attempt = wall.transaction(async (tx) => {
    tx.write(insert, ['given up']);
    throw new Error('no');
  });

  await assert.rejects(attempt, /^Error: no$/);
  assert.deepEqual(await wordsLike('given up'), []);
});

test('what is written within a savepoint is taken back with it', async () => {
  await wall.transaction(async (tx) => {
    await tx.rows('savepoint here');
    tx.write(insert, ['taken back']);
    await tx.rows('rollback to savepoint here');
    tx.write(insert, ['kept']);
  });

  assert.deepEqual(await wordsLike('taken back'), []);
  assert.deepEqual(await wordsLike('kept'), ['kept']);
});

test('an attempt that fails is taken back with all it has written, and nothing else is', async () => {
  const fails = async (tx: Tx, work: () => Promise<unknown>) => {
    await assert.rejects(tx.attempt(work));
  };

  await wall.transaction(async (tx) => {
    tx.write(insert, ['before the attempt']);
    await fails(tx, async () => {
      tx.write(insert, ['of the attempt']);
      throw new Error('no');
    });
    await fails(tx, async () => tx.write(insert, ['before the attempt']));
    await fails(tx, async () => {
      await tx.attempt(async () => tx.write(insert, ['of the attempt']));
      await fails(tx, () => tx.rows('no statement'));
      throw new Error('no');
    });
    await tx.attempt(async () => tx.write(insert, ['after the attempt']));
  });

  assert.deepEqual(await wordsLike('before the attempt'), ['before the attempt']);
  assert.deepEqual(await wordsLike('of the attempt'), []);
  assert.deepEqual(await wordsLike('after the attempt'), ['after the attempt']);
});

test('nothing can be written once the transaction has ended', async () => {
  let stray: Tx | undefined;
  await wall.transaction(async (tx) => {
    stray = tx;
  });

  assert.throws(() => stray?.write(insert, ['stray']), /the transaction has ended/);
  assert.deepEqual(await wordsLike('stray'), []);
});

test('statements sent at once fail with what failed first, whichever of them is waited for', async () => {
  let tries = 0;
  const raise = `do $$ begin raise exception 'no' using errcode = '40001'; end $$`;

  const answer = await wall.transaction(async (tx) => {
    tries += 1;
    const first = async () => tx.rows(tries === 1 ? raise : 'select 1');
    const fromFarther = async () => await (async () => await first())();
    const both = Promise.all([fromFarther(), tx.rows('select 2 as two')]);
    // Both answers lie there when this process looks again.
    process.nextTick(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200));
    const [, second] = await both;
    return second;
  });

  assert.deepEqual([tries, answer], [2, [{ two: 2 }]]);
});
