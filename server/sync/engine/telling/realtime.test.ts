import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { runnersOf } from '../../testing/runners.ts';
import { startFollowing } from '../realtime/testing/followed.ts';
import { hearing } from './testing/hearing.ts';

const { app, scene, ask, destination, from, follow, untilSame } = await startFollowing();
const { events, listen, told, untilTold } = hearing(app, scene);
await ask.query('create table heard (id int primary key)');

test('what changes is told as it is written, from when somebody listens', async () => {
  await ask.query(`create table followed (id int primary key, name text, more text);
    alter table followed alter more set storage external;
    insert into followed values (1, 'Ada', repeat('long ', 1000))`);
  const sync = await follow('followed');
  await untilSame('followed');
  assert.deepEqual(await events(sync), []);
  await listen(from);
  await new Promise((done) => setTimeout(done, 1_000));

  await ask.query(`insert into followed values (2, 'Bob', 'm'), (3, 'Eve', 'm')`);
  await untilTold(sync, 2);
  await ask.query(`update followed set name = 'Adam' where id = 1`);
  await untilTold(sync, 3);
  await ask.query(`update followed set id = 4 where id = 3; delete from followed where id = 2`);
  await untilTold(sync, 6);
  await ask.query(`begin; insert into followed values (5, 'Zoë');
    delete from followed where id = 5; commit; insert into followed values (6, 'Kim')`);
  const found = await untilTold(sync, 7);

  const heard = (await told(sync)).map((one, at) => (at < 3 || at > 5 ? one : ''));
  const changed = (await told(sync)).slice(3, 6).sort();
  assert.deepEqual(heard, ['created 2', 'created 3', 'updated 1', '', '', '', 'created 6']);
  assert.deepEqual(changed, ['created 4', 'deleted 2', 'deleted 3']);
  // A large value that stays is not told by the source.
  const more = 'long '.repeat(1000);
  assert.deepEqual(found[2]?.told, {
    key: { id: 1 },
    record: { id: 1, name: 'Adam', more },
    previous: { id: 1, name: 'Ada', more },
  });
});

test('an object that is emptied at its source is told as deleted, each of its records', async () => {
  await ask.query(`create table emptied (id int primary key);
    insert into emptied select generate_series(1, 50)`);
  const sync = await follow('emptied', { max_delete_percent: 100 });
  await untilTold(sync, 50);

  await ask.query('truncate emptied');
  await untilTold(sync, 100);

  const gone = (await told(sync)).filter((one) => one.startsWith('deleted'));
  assert.equal(new Set(gone).size, 50);
});

test('whoever is killed, each change is told, and nothing that is not there', async () => {
  await ask.query(`create table killed (id int primary key, n int);
    insert into killed select n, 0 from generate_series(1, 200) n`);
  const sync = await follow('killed');
  await untilTold(sync, 200);

  for (let round = 1; round <= 5; round += 1) {
    const first = 1_000 * round;
    await ask.query(`insert into killed select n, ${round} from generate_series(${first}, ${first + 300}) n;
      update killed set n = ${round} where id between ${round * 20} and ${round * 20 + 9};
      delete from killed where id = ${round}`);
    await until('some of it is there', async () => {
      const { rows } = await destination.admin
        .query(`select from killed where id = ${first + round * 50}`)
        .catch(() => ({ rows: [] }));
      return rows.length > 0;
    });
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  }
  await untilSame('killed');
  await untilTold(sync, 200 + 5 * (301 + 10 + 1));

  const heard = new Set(await told(sync));
  const { rows } = await ask.query('select id, n from killed order by id');
  const there = rows.map(({ id }) => `created ${id}`);
  assert.deepEqual(
    there.filter((one) => !heard.has(one)),
    [],
  );
  const gone = [1, 2, 3, 4, 5].map((id) => `deleted ${id}`);
  const changed = rows.filter(({ id, n }) => id <= 200 && n > 0).map(({ id }) => `updated ${id}`);
  assert.equal(changed.length, 50);
  assert.deepEqual(
    [...gone, ...changed].filter((one) => !heard.has(one)),
    [],
  );
  const known = new Set([
    ...there,
    ...gone,
    ...changed,
    ...gone.map((one) => one.replace('deleted', 'created')),
  ]);
  assert.deepEqual(
    [...heard].filter((one) => !known.has(one)),
    [],
  );
});
