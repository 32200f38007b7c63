import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const { ask, follow, untilSame, untilRun, scene, destination } = await startFollowing();

async function resume(sync: string, run: string): Promise<void> {
  bodyOf(await scene.client.resumeRun({ params: { sync, run }, body: {} }));
}

for (const [change, sql] of [
  ['renamed', 'alter table renamed rename more to other'],
  ['dropped', 'alter table dropped drop more'],
] as const) {
  test(`a field that is ${change} pauses the sync before anything is written without it`, async () => {
    await ask.query(`create table ${change} (id int primary key, name text, more text);
      insert into ${change} values (1, 'a', 'm'), (2, 'b', 'm')`);
    const sync = await follow(change, { on_schema_change: 'add' });
    await untilSame(change);

    await ask.query(`${sql}; update ${change} set name = 'c' where id = 1`);
    const paused = await untilRun(sync, 'paused');

    assert.match(paused.pause?.reason ?? '', /no field more any more/);
    const { rows } = await destination.admin.query(`select name from ${change} where id = 1`);
    assert.deepEqual(rows, [{ name: 'a' }]);
    await resume(sync, paused.id);
    await until('it is read without the field', async () => {
      const read = await destination.admin.query(`select name from ${change} where id = 1`);
      return read.rows[0]?.name === 'c';
    });
  });
}

test('a column that comes with a value for all has it in all, also in those that were there', async () => {
  await ask.query(`create table filled (id int primary key, name text);
    insert into filled values (1, 'a'), (2, 'b')`);
  await follow('filled', { on_schema_change: 'add' });
  await untilSame('filled');

  await ask.query(
    `alter table filled add extra text default 'five'; insert into filled values (3, 'c')`,
  );
  await untilSame('filled');
  await ask.query(`update filled set extra = 'six' where id = 1`);
  await untilSame('filled');
});

test('a table that loses its primary key is let go, so that it can be changed again', async () => {
  await ask.query(`create table keyless (id int primary key); insert into keyless values (1)`);
  const sync = await follow('keyless');
  await untilSame('keyless');

  await ask.query('alter table keyless drop constraint keyless_pkey');
  const paused = await untilRun(sync, 'paused');

  assert.match(paused.pause?.reason ?? '', /no primary key any more/);
  await until('it can be changed', () =>
    ask.query('update keyless set id = 2').then(
      () => true,
      () => false,
    ),
  );
});

test('a table from which another one inherits is not followed any longer', async () => {
  await ask.query(`create table parent (id int primary key); insert into parent values (1)`);
  const sync = await follow('parent');
  await untilSame('parent');

  await ask.query('create table heir () inherits (parent); insert into heir values (2)');
  const paused = await untilRun(sync, 'paused');

  assert.match(paused.pause?.reason ?? '', /inherit from "public.parent"/);
});
