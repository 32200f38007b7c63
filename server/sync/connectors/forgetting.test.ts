import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { swappingBy } from './mysql/replace.ts';
import { ownPrefix } from './sql/names.ts';
import { move } from './testing/move.ts';
import { makeMysql, makePostgres, makeSqlite } from './testing/place.ts';

const catalogues = {
  postgres: "select relname from pg_class where relkind = 'r' and relname",
  mysql: 'select table_name from information_schema.tables where table_name',
  sqlite: "select name from sqlite_schema where type = 'table' and name",
};

for (const make of [makePostgres, makeMysql, makeSqlite]) {
  const place = await make();
  after(() => place.end());
  await place.run('create table small (id int primary key, name varchar(9))');
  await place.run("insert into small values (1, 'a'), (2, 'b'), (3, 'c')");
  const [from, to] = [await place.open(), await place.open()];
  const moving = { from, to, object: 'small', isAnew: true, batchRows: 2 } as const;
  const leftBy = (sync: string) =>
    place.rows(`${catalogues[place.name]} like '${ownPrefix(sync)}%'`);
  const stateOf = (sync: string) =>
    place.rows(`select position from heddle_state where sync_id = '${sync}'`);
  const table = async (name: string) => {
    await place.run(`create table ${name} (id int primary key, name varchar(9))`);
    await place.run(`insert into ${name} values (9, 'old')`);
    return name;
  };
  /** Leaves everything as it is after the first batch. */
  const broken = async (mode: 'replace' | 'mirror', sync: string, fence = 1) => {
    const session = await place.open();
    const named = { into: sync, syncId: sync, runId: 'run_1', fence };
    await move({ ...moving, ...named, to: session, mode, batchesMax: 1 });
    await session.close();
  };

  suite(place.name, () => {
    for (const mode of ['replace', 'mirror'] as const) {
      test(`what a run with the mode ${mode} has left is deleted, and it begins anew`, async () => {
        const object = await table(`cancelled_${mode}`);
        await broken(mode, object);
        await place.run(`update heddle_state set position = 'far' where sync_id = '${object}'`);
        const before = await leftBy(object);

        await to.forget?.({ object, state: { syncId: object, fence: 1 }, isGone: false });
        const left = [await leftBy(object), await stateOf(object)];
        const again = { into: object, syncId: object, runId: 'run_1', fence: 2 };
        await move({ ...moving, ...again, mode });

        assert.equal(before.length, 1);
        assert.deepEqual(left, [[], ['null']]);
        assert.deepEqual(await place.rows(`select * from ${object}`), ['1|a', '2|b', '3|c']);
      });
    }

    test('of a sync that is gone nothing stays, and of others everything does', async () => {
      const [gone, other] = [await table('gone'), await table('other')];
      await broken('replace', gone);
      await broken('mirror', other);

      for (let twice = 0; twice < 2; twice += 1) {
        await to.forget?.({ object: gone, state: { syncId: gone, fence: 1 }, isGone: true });
      }

      assert.deepEqual([await leftBy(gone), await stateOf(gone)], [[], []]);
      assert.deepEqual([(await leftBy(other)).length, (await stateOf(other)).length], [1, 1]);
    });

    test('what a later run has is not touched', async () => {
      const object = await table('later');
      await broken('replace', object, 2);

      await to.forget?.({ object, state: { syncId: object, fence: 1 }, isGone: false });
      await to.forget?.({ object, state: { syncId: object, fence: 1 }, isGone: true });

      assert.deepEqual([(await leftBy(object)).length, (await stateOf(object)).length], [1, 1]);
    });
  });

  if (place.name === 'mysql') {
    test('a table that was between two names has its own again', async () => {
      const object = await table('swapping');
      await broken('replace', object);
      await place.run(`update heddle_state set position = '${swappingBy('run_1')}'
        where sync_id = '${object}'`);
      const [stage] = await leftBy(object);
      await place.run(`rename table ${object} to ${stage!.replace('stage', 'old')}`);

      await to.forget?.({ object, state: { syncId: object, fence: 1 }, isGone: true });

      assert.deepEqual(await place.rows(`select id from ${object}`), ['1', '2']);
      assert.deepEqual([await leftBy(object), await stateOf(object)], [[], []]);
    });
  }
}

test('what has never been written to is not made', async () => {
  const place = await makePostgres();
  after(() => place.end());
  const session = await place.open();

  await session.forget?.({
    object: 'far.away',
    state: { syncId: 'sync_1', fence: 1 },
    isGone: true,
  });

  assert.deepEqual(await place.rows("select nspname from pg_namespace where nspname = 'far'"), []);
});
