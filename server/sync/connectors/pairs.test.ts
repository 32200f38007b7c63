import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { check } from '../filters/check.ts';
import { parseFilter } from '../filters/parse.ts';
import type { ConnectorError } from './failure.ts';
import { move } from './testing/move.ts';
import { makeMysql, makePostgres, makeSqlite, type TestPlace } from './testing/place.ts';

const makers = { postgres: makePostgres, mysql: makeMysql, sqlite: makeSqlite };
const pairs = [
  ['postgres', 'sqlite'],
  ['sqlite', 'postgres'],
  ['sqlite', 'sqlite'],
  ['postgres', 'mysql'],
  ['mysql', 'postgres'],
  ['mysql', 'sqlite'],
  ['sqlite', 'mysql'],
  ['mysql', 'mysql'],
] as const;

for (const [one, other] of pairs) {
  describe(`from ${one} to ${other}`, () => {
    let source: TestPlace;
    let destination: TestPlace;

    before(async () => {
      [source, destination] = await Promise.all([makers[one](), makers[other]()]);
      await source.run('create table people (id int primary key, name text, rank int)');
      await source.run('create table loose (id int, name text)');
      for (let from = 1; from <= 300; from += 100) {
        const ids = Array.from({ length: 100 }, (_, at) => from + at);
        const people = ids.map((id) => `(${id}, 'name ${id}', ${id % 7})`);
        const loose = ids.map((id) => `(${id % 5}, 'name ${id % 5}')`);
        await source.run(`insert into people values ${people.join(', ')}`);
        await source.run(`insert into loose values ${loose.join(', ')}`);
      }
    });
    after(() => Promise.all([source.end(), destination.end()]));

    for (const [mode, object] of [
      ['upsert', 'people'],
      ['replace', 'loose'],
      ['mirror', 'people'],
      ['append', 'people'],
      ['append', 'loose'],
    ] as const) {
      test(`${mode} of ${object} goes on where it was killed, and holds each record once`, async () => {
        const key = object === 'people' ? ['id'] : [];
        const into = `${mode}_${object}`;
        const moving = { object, key, into, mode, batchRows: 33, syncId: into };
        const [killedFrom, killedTo] = [await source.open(), await destination.open()];
        await move({ ...moving, from: killedFrom, to: killedTo, batchesMax: 4, fence: 1 });
        await Promise.all([killedFrom.close(), killedTo.close()]);
        const [from, to] = [await source.open(), await destination.open()];

        const resumed = await move({ ...moving, from, to, fence: 2 });

        assert.deepEqual(
          await destination.rows(`select * from ${into}`),
          await source.rows(`select * from ${object}`),
        );
        if (key.length > 0) assert.ok(resumed.read < 300, `${resumed.read} read`);
        if (mode === 'append') return;
        const again = await move({ ...moving, from, to, fence: 3, isAnew: true });
        if (mode !== 'replace') assert.equal(again.written, 0);
      });
    }

    test("a filter is the system's own, and what that cannot do is left to others", async () => {
      const from = await source.open();
      const { fields } = await from.describe('people');
      const filter = check(parseFilter("rank > 3 AND name != 'name 4'"), fields);
      const request = { object: 'people', key: ['id'], batchBytes: 1e6, batchRows: 10, filter };

      const reading = await from.read({ ...request, signal: new AbortController().signal });
      const page = await from.query({ object: 'people', filter, fields: ['id'], limit: 1000 });

      let count = 0;
      for await (const batch of reading.batches) count += batch.count;
      const wanted = await source.rows("select id from people where rank > 3 and name <> 'name 4'");
      assert.deepEqual([count, page.rows.length], [wanted.length, wanted.length]);
      assert.equal(reading.remaining, undefined);
    });

    test('a reading begins with the value of the cursor field that it is told, and goes on from there', async () => {
      const from = await source.open();
      const request = { object: 'people', cursorField: 'rank', batchBytes: 1e6, batchRows: 1000 };
      const ranks = async (position: string) => {
        const { signal } = new AbortController();
        const fields = ['rank'];
        const reading = await from.read({ ...request, key: ['id'], fields, position, signal });
        const found: string[] = [];
        let last = '';
        for await (const batch of reading.batches) {
          found.push(...batch.rows.map(([rank]) => rank ?? ''));
          last = batch.position ?? last;
        }
        return { found: [...new Set(found)].sort(), last };
      };

      const told = await ranks('{"value":"5"}');
      const next = await ranks(told.last);

      assert.deepEqual(told.found, ['5', '6']);
      assert.ok(next.found.length <= 1, next.found.join());
      await from.close();
    });

    test('by a cursor, what is new comes alone, the last value with a smaller key too', async () => {
      const [from, to] = [await source.open(), await destination.open()];
      await source.run('create table news (id int primary key, at int)');
      await source.run('insert into news values (1, 1), (2, 1), (3, 2), (4, 2), (9, null)');
      const moving = {
        from,
        to,
        object: 'news',
        mode: 'append',
        cursorField: 'at',
        batchRows: 2,
      } as const;
      const counts = [(await move({ ...moving, syncId: 'news' })).read];
      await source.run('insert into news values (0, 2), (5, 2), (6, 3), (10, null)');
      counts.push((await move({ ...moving, syncId: 'news' })).read);
      counts.push((await move({ ...moving, syncId: 'news' })).read);

      assert.deepEqual(counts, [5, 4, 0]);
      assert.deepEqual(
        await destination.rows('select * from news'),
        await source.rows('select * from news'),
      );
    });

    test('a mirror deletes what is gone, and no more than is allowed', async () => {
      const [from, to] = [await source.open(), await destination.open()];
      await source.run('create table shown (id int primary key, name text)');
      await source.run(
        `insert into shown values ${Array.from({ length: 10 }, (_, at) => `(${at}, 'a')`)}`,
      );
      const moving = { from, to, object: 'shown', mode: 'mirror', isAnew: true } as const;
      const hard = { ...moving, syncId: 'hard', into: 'hard_shown' };
      const mark = { ...moving, syncId: 'mark', into: 'mark_shown', delete: 'mark' } as const;
      await move(hard);
      await move(mark);
      await source.run(`delete from shown where id > 6`);

      const guarded = await move({ ...hard, deletesMax: 10 });
      const done = [await move({ ...hard, deletesMax: 30 }), await move(mark)];

      assert.deepEqual(guarded.finished, { isDone: false, planned: 3, total: 10 });
      assert.deepEqual(
        done.map(({ finished }) => finished),
        [
          { isDone: true, deleted: 3 },
          { isDone: true, deleted: 3 },
        ],
      );
      assert.deepEqual(
        await destination.rows('select * from hard_shown'),
        await source.rows('select * from shown'),
      );
      await source.run(`insert into shown values (8, 'a')`);
      await move(mark);
      assert.deepEqual(
        await destination.rows('select id, name from mark_shown where deleted_at is null'),
        await source.rows('select * from shown'),
      );
    });

    test('an earlier fence is refused', async () => {
      const [from, to] = [await source.open(), await destination.open()];
      const moving = {
        from,
        to,
        object: 'people',
        into: 'fenced',
        syncId: 'fenced',
        batchRows: 100,
      };
      const isFenced = (error: ConnectorError) => error.kind === 'fenced';

      const overtaken = move({
        ...moving,
        fence: 1,
        meanwhile: async (batch) => {
          if (batch === 2) await move({ ...moving, to: await destination.open(), fence: 2 });
        },
      });

      // MySQL has ended its connection before it could hear that.
      const isOvertaken = ({ kind }: ConnectorError) =>
        kind === (destination.name === 'mysql' ? 'retry' : 'fenced');
      await assert.rejects(overtaken, isOvertaken);
      await assert.rejects(move({ ...moving, fence: 1 }), isFenced);
    });

    test('a record without a key is set aside; of one that comes twice, the last one stands', async () => {
      const [from, to] = [await source.open(), await destination.open()];
      await source.run('create table doubled (n int primary key, id int, name text)');
      await source.run(
        `insert into doubled values (1, 1, 'a'), (2, null, 'b'), (3, 2, 'c'), (4, 1, 'd')`,
      );

      const { rejected, skipped } = await move({
        ...{
          from,
          to,
          object: 'doubled',
          key: ['id'],
          fields: ['id', 'n', 'name'],
          syncId: 'doubled',
        },
      });

      assert.deepEqual(
        rejected.map(({ field }) => field),
        ['id'],
      );
      assert.equal(skipped, 1);
      assert.equal((await destination.rows('select * from doubled')).length, 2);
    });

    test('values that are unique may change places between two records', async () => {
      const [from, to] = [await source.open(), await destination.open()];
      for (const place of [source, destination]) {
        await place.run('create table swapped (id int primary key, code varchar(9) unique, n int)');
      }
      await destination.run(
        "insert into swapped values (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (9, 'z', 9)",
      );
      await source.run(
        "insert into swapped values (1, 'b', 1), (2, 'a', 5), (3, 'z', 3), (4, 'c', 4)",
      );

      const { rejected } = await move({ from, to, object: 'swapped', syncId: 'swapped' });

      assert.deepEqual(
        rejected.map(({ index }) => index),
        [2, 3],
      );
      const rows = await destination.rows('select id, code, n from swapped');
      assert.deepEqual(rows.slice(0, 3), ['1|b|1', '2|a|5', '3|c|3']);
    });

    test('keys that differ in case are two, and names are kept as they are', async () => {
      const [from, to] = [await source.open(), await destination.open()];
      await source.run(
        'create table "order" ("user" varchar(40) primary key, "na!e" text, "имя" text, "a""b" text)',
      );
      await source.run(
        `insert into "order" values ('a9U4GNy', '1', '2', '3'), ('a9U4GNY', '4', '5', '6')`,
      );

      const first = await move({ from, to, object: 'order', syncId: 'order' });
      const second = await move({ from, to, object: 'order', syncId: 'order', isAnew: true });

      assert.deepEqual([first.written, second.written], [2, 0]);
      assert.deepEqual(
        await destination.rows('select * from "order"'),
        await source.rows('select * from "order"'),
      );
    });
  });
}
