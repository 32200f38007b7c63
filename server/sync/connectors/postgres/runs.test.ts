import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Batch } from '../batch.ts';
import type { ConnectorError } from '../failure.ts';
import { makePair, rowsOf } from '../testing/databases.ts';
import { move } from '../testing/move.ts';

const { source, destination, from, to } = await makePair();

before(async () => {
  await source.admin.query(`
    create table people (id int primary key, name text, at timestamptz not null);
    insert into people select n, 'name ' || n, now() - interval '1 hour'
    from generate_series(1, 1000) n`);
  await source.admin.query(`
    create table loose (id int, name text);
    insert into loose select n % 5, 'name ' || n % 5 from generate_series(1, 1000) n`);
});

for (const mode of ['upsert', 'append', 'replace', 'mirror'] as const) {
  for (const [object, key] of [
    ['people', ['id']],
    ['loose', []],
  ] as const) {
    if (key.length === 0 && (mode === 'upsert' || mode === 'mirror')) continue;
    test(`${mode} of ${object} goes on where it was killed, and holds each record once`, async () => {
      const into = `${mode}.${object}`;
      const moving = { object, key, into, mode, batchRows: 70, syncId: `${mode}_${object}` };
      await destination.admin.query(`create schema if not exists ${mode}`);
      for (const [fence, batchesMax] of [1, 4, 7].entries()) {
        const [killedFrom, killedTo] = [await source.open(), await destination.open()];
        await move({ ...moving, from: killedFrom, to: killedTo, batchesMax, fence });
        await Promise.all([killedFrom.close(), killedTo.close()]);
      }

      const resumed = await move({ ...moving, from, to, fence: 10 });

      assert.deepEqual(await rowsOf(destination, into), await rowsOf(source, object));
      if (key.length > 0) assert.ok(resumed.read < 1000, `${resumed.read} read`);
      const { rows } = await destination.admin.query(
        `select relname from pg_class where relnamespace = '${mode}'::regnamespace and relkind = 'r'
         and relname ~ '_(stage|seen)$'`,
      );
      assert.deepEqual(rows, []);
    });
  }
}

test('whoever has an earlier fence is refused, whatever it does', async () => {
  const moving = { from, object: 'people', into: 'fenced', syncId: 'fenced', batchRows: 300 };
  const isFenced = (error: ConnectorError) => error.kind === 'fenced';
  const late = await destination.open();

  const overtaken = move({
    ...moving,
    to: late,
    fence: 1,
    meanwhile: async (batch) => {
      if (batch === 2) await move({ ...moving, to, fence: 2 });
    },
  });

  await assert.rejects(overtaken, isFenced);
  await assert.rejects(move({ ...moving, to: await destination.open(), fence: 1 }), isFenced);
  assert.deepEqual(await rowsOf(destination, 'fenced'), await rowsOf(source, 'people'));
});

test('what a frozen process holds of an append ends when another takes over', async () => {
  await destination.admin.query('create table held (id int primary key, name text)');
  const frozen = await destination.open();
  const { fields } = await from.describe('people');
  const writer = await frozen.write({
    ...{ object: 'held', key: [], mode: 'append', delete: 'hard', metadata: false, isAnew: false },
    state: { syncId: 'held', runId: 'run_1', fence: 1 },
    fields: fields.slice(0, 2),
    onSchemaChange: 'ignore',
    signal: new AbortController().signal,
  });
  await writer.prepare();
  await writer.write(Batch.ofRows([['1', 'held']], undefined));

  const taken = { into: 'held', fields: ['id', 'name'], mode: 'append', fence: 2 } as const;
  const { written } = await move({ from, to, object: 'people', syncId: 'held', ...taken });

  assert.equal(written, 1000);
  await assert.rejects(writer.write(Batch.ofRows([['2000', 'late']], undefined)));
});

test('what is changed and gone comes so in a mirror, and not more than is allowed', async () => {
  await source.admin.query(`
    create table shown (id int primary key, name text);
    insert into shown select n, 'a' from generate_series(1, 10) n`);
  const moving = { from, to, object: 'shown', mode: 'mirror', isAnew: true } as const;
  await move({ ...moving, syncId: 'hard', into: 'hard.shown' });
  await move({ ...moving, syncId: 'mark', into: 'mark.shown', delete: 'mark' });
  await source.admin.query(
    `delete from shown where id > 7; update shown set name = 'b' where id = 1`,
  );

  const guarded = await move({ ...moving, syncId: 'hard', into: 'hard.shown', deletesMax: 10 });
  const hard = await move({ ...moving, syncId: 'hard', into: 'hard.shown', deletesMax: 30 });
  const mark = await move({ ...moving, syncId: 'mark', into: 'mark.shown', delete: 'mark' });

  assert.deepEqual(guarded.finished, { isDone: false, planned: 3, total: 10 });
  assert.deepEqual(hard.finished, { isDone: true, deleted: 3 });
  assert.deepEqual(mark.finished, { isDone: true, deleted: 3 });
  assert.equal(mark.written, 1);
  assert.deepEqual(await rowsOf(destination, 'hard.shown'), await rowsOf(source, 'shown'));
  await source.admin.query(`insert into shown values (9, 'a')`);
  await move({ ...moving, syncId: 'mark', into: 'mark.shown', delete: 'mark' });
  assert.deepEqual(
    await rowsOf(destination, '(select id, name from mark.shown where deleted_at is null)'),
    await rowsOf(source, 'shown'),
  );
});

test('a replaced table keeps what hangs on it', async () => {
  await destination.admin.query(`
    create table plain_kept (id int primary key, name text default 'x' not null check (name <> ''));
    create index plain_by_name on plain_kept (name);
    grant select on plain_kept to public;
    create table kept (id int primary key, name text, changed int generated always as identity);
    create view looking as select * from kept`);
  await source.admin.query(`create table small (id int primary key, name text);
    insert into small values (1, 'a'), (2, 'b'), (3, '')`);
  const moving = { from, to, object: 'small', mode: 'replace', isAnew: true } as const;

  const plain = await move({ ...moving, into: 'plain_kept', syncId: 'plain_kept' });
  await move({ ...moving, into: 'kept', syncId: 'kept' });
  await move({ ...moving, into: 'kept', syncId: 'kept' });

  assert.deepEqual(
    plain.rejected.map(({ index }) => index),
    [2],
  );
  assert.deepEqual(await rowsOf(destination, 'plain_kept'), ['(1,a)', '(2,b)']);
  assert.deepEqual(await rowsOf(destination, '(select id, name from looking)'), [
    ...['(1,a)', '(2,b)', '(3,"")'],
  ]);
  const { rows } = await destination.admin.query(`
    select (select array_agg(indexname::text order by indexname) from pg_indexes
      where tablename = 'plain_kept') as indexes,
      (select relacl::text from pg_class where relname = 'plain_kept') as grants,
      (select count(*)::int from pg_constraint where conrelid = 'plain_kept'::regclass) as rules`);
  assert.deepEqual(rows[0].indexes, ['plain_by_name', 'plain_kept_pkey']);
  assert.match(rows[0].grants, /=r\//);
  assert.ok(rows[0].rules >= 2);
});
