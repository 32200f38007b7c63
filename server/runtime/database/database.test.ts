import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { silent } from '../../testing/cluster.ts';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { AppError } from '../errors.ts';
import { asOwner } from '../testing/owner.ts';
import { until } from '../testing/until.ts';
import { Overtaken } from './again.ts';
import { Database, type Tx } from './database.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const database = new Database(app.address, silent, { connectionsMax: 6 });
after(() => database.close());
const { organization } = await makeScene(app);
const { organization: stranger } = await makeScene(app);
const wall = database.of(organization);

await asOwner(
  app.address,
  `create schema test;
   create table test.thing (name text primary key, count int not null check (count < 1000));
   grant usage on schema test to heddle_app;
   grant select, insert, update on test.thing to heddle_app`,
);

const insert = (tx: Tx, name: string, count = 0) =>
  tx.rows('insert into test.thing (name, count) values ($1, $2)', [name, count]);
const increase = (tx: Tx, name: string) =>
  tx.rows('update test.thing set count = count + 1 where name = $1', [name]);

async function countOf(name: string): Promise<number | undefined> {
  const rows = await wall.reading.rows<{ count: number }>(
    'select count from test.thing where name = $1',
    [name],
  );
  return rows[0]?.count;
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test('what is read in one organization is never of another, whatever runs at once', async () => {
  const text = 'select organization_id as organization from scheduling.doctor';

  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const asked = index % 2 === 0 ? organization : stranger;
      const rows = await database.of(asked).reading.rows<{ organization: number }>(text);
      return { asked, seen: rows.map((row) => row.organization) };
    }),
  );

  for (const { asked, seen } of answers) assert.deepEqual(seen, [asked, asked]);
});

test('what a transaction returns comes out, and what it wrote stays', async () => {
  const answer = await wall.transaction(async (tx) => {
    await insert(tx, 'kept', 7);
    return 'done';
  });

  assert.equal(answer, 'done');
  assert.equal(await countOf('kept'), 7);
});

test('a transaction that throws leaves nothing behind', async () => {
  const attempt = wall.transaction(async (tx) => {
    await insert(tx, 'one');
    await insert(tx, 'two');
    throw new AppError('gone');
  });

  await assert.rejects(attempt, { code: 'gone' });
  assert.equal(await countOf('one'), undefined);
  assert.equal(await countOf('two'), undefined);
});

test('a transaction whose failed statement was passed over is noticed, and undone', async () => {
  const attempt = wall.transaction(async (tx) => {
    await insert(tx, 'passed over');
    await insert(tx, 'passed over').catch(() => undefined);
    return 'done';
  });

  await assert.rejects(attempt, /passed over/);
  assert.equal(await countOf('passed over'), undefined);
});

test('a failed statement within a savepoint can be taken back', async () => {
  await wall.transaction(async (tx) => {
    await insert(tx, 'before');
    await tx.rows('savepoint here');
    await insert(tx, 'before').catch(() => undefined);
    await tx.rows('rollback to savepoint here');
    await insert(tx, 'afterwards');
  });

  assert.equal(await countOf('before'), 0);
  assert.equal(await countOf('afterwards'), 0);
});

test('two transactions that lock in opposite order both succeed', async () => {
  await wall.transaction((tx) => Promise.all([insert(tx, 'left'), insert(tx, 'right')]));
  const both = gate();
  const locked = { left: 0, right: 0 };
  const lockBoth = (first: 'left' | 'right', second: 'left' | 'right') =>
    wall.transaction(async (tx) => {
      await increase(tx, first);
      locked[first] += 1;
      if (locked.left > 0 && locked.right > 0) both.open();
      await both.opened;
      await increase(tx, second);
    });

  await Promise.all([lockBoth('left', 'right'), lockBoth('right', 'left')]);

  assert.ok(locked.left + locked.right > 2, 'there was no deadlock');
  assert.equal(await countOf('left'), 2);
  assert.equal(await countOf('right'), 2);
});

for (const [code, attemptsExpected] of [
  ['40001', 6],
  ['40P01', 6],
  ['55P03', 1],
] as const) {
  test(`a transaction that ${code} ends each time is given up in the end, with a 503`, async () => {
    let attempts = 0;

    const attempt = wall.transaction(async (tx) => {
      attempts += 1;
      await tx.rows(`do $$ begin raise exception 'no' using errcode = '${code}'; end $$`);
    });

    await assert.rejects(attempt, { code: 'overloaded', headers: { 'retry-after': '1' } });
    assert.equal(attempts, attemptsExpected);
  });
}

test('a transaction that was overtaken begins anew, and is given up when it is every time', async () => {
  let attempts = 0;
  const overtaken = (times: number) =>
    wall.transaction(async (tx) => {
      attempts += 1;
      await insert(tx, `overtaken ${times}`);
      if (attempts <= times) throw new Overtaken();
      return attempts;
    });

  const second = await overtaken(1);
  attempts = 0;
  await assert.rejects(overtaken(9), { code: 'overloaded' });

  assert.equal(second, 2);
  assert.equal(attempts, 6);
  assert.deepEqual([await countOf('overtaken 1'), await countOf('overtaken 9')], [0, undefined]);
});

test('nobody waits for ever for what others have locked', async () => {
  const [row] = await wall.reading.rows<{ lock_timeout: string }>('show lock_timeout');

  assert.equal(row?.lock_timeout, '8s');
});

test('another failure is not tried again', async () => {
  let attempts = 0;

  const attempt = wall.transaction(async (tx) => {
    attempts += 1;
    await tx.rows('select 1 / 0');
  });

  await assert.rejects(attempt, /division by zero/);
  assert.equal(attempts, 1);
});

describe('statements that run at once in a transaction', () => {
  test('are all undone when one of them fails', async () => {
    const attempt = wall.transaction((tx) =>
      Promise.all([insert(tx, 'first'), insert(tx, 'first'), insert(tx, 'second')]),
    );

    await assert.rejects(attempt, { code: '23505' });
    assert.equal(await countOf('first'), undefined);
    assert.equal(await countOf('second'), undefined);
  });

  test('and go on after one of them has failed reach no other transaction', async () => {
    const failed = gate();
    const late: Promise<unknown>[] = [];
    const goesOn = async (tx: Tx) => {
      await tx.rows('select 1');
      await failed.opened;
      return insert(tx, 'stray');
    };

    const attempt = wall.transaction(async (tx) => {
      late.push(goesOn(tx));
      await tx.rows('select 1 / 0');
    });
    await assert.rejects(attempt, /division by zero/);
    failed.open();

    await assert.rejects(late[0] as Promise<unknown>, /transaction has ended/);
    assert.equal(await countOf('stray'), undefined);
  });

  test('leave the connections of the pool as they should be, also when many fail', async () => {
    const one = (index: number): Promise<unknown> => {
      const name = `many ${index}`;
      if (index % 4 === 0) return wall.reading.rows('select 1 / $1::int', [0]);
      if (index % 4 === 1) {
        return wall.transaction((tx) =>
          Promise.all([insert(tx, name), tx.rows('select 1 / $1::int', [0]), insert(tx, name)]),
        );
      }
      if (index % 4 === 2) return wall.transaction((tx) => insert(tx, name, 5_000));
      return wall.transaction((tx) => Promise.all([insert(tx, name), insert(tx, `${name} b`)]));
    };

    const outcomes = await Promise.allSettled(Array.from({ length: 400 }, (_, n) => one(n)));

    const failed = outcomes.filter(({ status }) => status === 'rejected').length;
    assert.equal(failed, 300);
    const [row] = await wall.reading.rows<{ count: number }>(
      `select count(*)::int as count from test.thing where name like 'many %'`,
    );
    assert.equal(row?.count, 200);
    await until('every connection is idle', () =>
      database.pools().every(({ total, idle, waiting }) => total === idle && waiting === 0),
    );
    const idle = await asOwner<{ state: string }>(
      app.address,
      `select distinct state from pg_stat_activity
       where datname = current_database() and usename = 'heddle_app'`,
    );
    assert.deepEqual(idle, [{ state: 'idle' }]);
  });
});

test('a pool whose queue is full refuses with a 503 instead of growing', async () => {
  const release = gate();
  const held = Array.from({ length: 1_000 }, () =>
    wall.transaction(async (tx) => {
      await tx.rows('select 1');
      await release.opened;
    }),
  );

  const attempt = wall.reading.rows('select 1');

  await assert.rejects(attempt, { code: 'overloaded', headers: { 'retry-after': '1' } });
  release.open();
  await Promise.all(held);
});

test('an announcement is heard once the transaction is there, and not when it was undone', async () => {
  const heard: (number | undefined)[] = [];
  const seen = gate();
  app.server.platform.listener.on('announced', async () => {
    heard.push(await countOf('announced'));
    seen.open();
  });
  const undone = wall.transaction(async (tx) => {
    await insert(tx, 'announced', 1);
    tx.announce('announced');
    throw new Error('no');
  });
  await assert.rejects(undone, /no/);

  await wall.transaction(async (tx) => {
    await insert(tx, 'announced', 2);
    tx.announce('announced');
  });
  await seen.opened;

  assert.deepEqual(heard, [2]);
});
