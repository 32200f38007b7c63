import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Batch } from '../batch.ts';
import type { Field } from '../connector.ts';
import type { ConnectorError } from '../failure.ts';
import { makePair, rowsOf } from '../testing/databases.ts';
import { move } from '../testing/move.ts';

const { source, destination, from, to } = await makePair();

for (const mode of ['upsert', 'append'] as const) {
  test(`${mode} sets aside the records that do not fit, each with its field, and keeps the rest`, async () => {
    await source.admin.query(`drop table if exists wild; create table wild (id int, n text, d numeric, t text);
      insert into wild select n, n::text, n, 'text' from generate_series(1, 200) n;
      insert into wild values (201, 'secret', 1, 'a'), (202, '1', 1.234, 'a'), (203, '1', 1e9, 'a'),
        (204, '1', 1, 'longer than it may be'), (205, null, 1, 'a'), (206, '-1', 1, 'a')`);
    await destination.admin.query(`drop table if exists tame; create table tame
      (id int primary key, n int not null check (n > 0), d numeric(4,2), t varchar(10));
      alter table tame alter d type numeric(6,2)`);

    const { rejected, written } = await move({
      ...{ from, to, object: 'wild', into: 'tame', key: ['id'], mode, syncId: mode },
    });

    assert.equal(written, 200);
    assert.deepEqual(
      rejected.map(({ index, field }) => [index, field]),
      [
        [200, 'n'],
        [201, 'd'],
        [202, 'd'],
        [203, 't'],
        [204, 'n'],
        [205, undefined],
      ],
    );
    assert.doesNotMatch(JSON.stringify(rejected), /secret|longer/);
    assert.deepEqual((await rowsOf(destination, 'tame')).length, 200);
  });
}

test('a record without a key is set aside; of one that comes twice, the last one stands', async () => {
  await source.admin.query(`create table doubled (n serial, id int, name text);
    insert into doubled (id, name) values (1, 'a'), (null, 'b'), (2, 'c'), (1, 'd'), (null, 'e')`);
  const { rejected, written, skipped } = await move({
    ...{ from, to, object: 'doubled', key: ['id'], fields: ['id', 'name'], syncId: 'doubled' },
  });

  assert.deepEqual([written, skipped], [2, 1]);
  assert.deepEqual(
    rejected.map(({ field }) => field),
    ['id', 'id'],
  );
  assert.equal((await rowsOf(destination, 'doubled')).length, 2);
});

test('a character that cannot be stored sets its record aside, once', async () => {
  await source.admin.query(`create table signs (id int primary key, doc json, note text);
    insert into signs values (1, '{"bio":"a\\u0000b"}', ''), (2, '{"bio":"ab"}', '')`);
  await destination.admin.query('create table signs (id int primary key, doc jsonb, note text)');

  const { rejected, written } = await move({ from, to, object: 'signs', syncId: 'signs' });

  assert.equal(written, 1);
  assert.deepEqual(
    rejected.map(({ index, field }) => [index, field]),
    [[0, 'doc']],
  );
});

test('columns that the destination computes are left to it; identities get the values they had', async () => {
  await source.admin.query(`create table numbered (id int generated always as identity primary key,
      name text, upper_name text generated always as (upper(name)) stored);
    insert into numbered (name) values ('a'), ('b')`);
  await destination.admin.query(`create table numbered (id int generated always as identity primary key,
      name text, upper_name text generated always as (upper(name) || '!') stored)`);

  for (const mode of ['upsert', 'replace', 'mirror'] as const) {
    const { skippedFields } = await move({
      from,
      to,
      object: 'numbered',
      mode,
      syncId: mode,
      fence: 2,
      isAnew: true,
    });
    assert.deepEqual(skippedFields, ['upper_name']);
  }

  assert.deepEqual(await rowsOf(destination, 'numbered'), ['(1,a,A!)', '(2,b,B!)']);
});

test('values that are unique may change places between two records', async () => {
  const make = `create table swapped (id int primary key, code text unique);
    insert into swapped values (1, 'a'), (2, 'b')`;
  for (const { admin } of [source, destination]) await admin.query(make);
  await source.admin.query(`update swapped set code = 'x' where id = 1;
    update swapped set code = 'a' where id = 2; update swapped set code = 'b' where id = 1`);

  const { rejected } = await move({ from, to, object: 'swapped', syncId: 'swapped' });

  assert.deepEqual(rejected, []);
  assert.deepEqual(await rowsOf(destination, 'swapped'), ['(1,b)', '(2,a)']);
});

test('a NUL from elsewhere is refused for its own record', async () => {
  const text: Field = {
    name: 'note',
    type: { kind: 'text' },
    nativeType: 'text',
    isNullable: true,
    isWritable: true,
  };
  const writer = await to.write({
    ...{
      object: 'nuls',
      fields: [{ ...text, name: 'id' }, text],
      key: ['id'],
      mode: 'upsert',
      delete: 'hard',
    },
    ...{ onSchemaChange: 'ignore', metadata: true, isAnew: true },
    state: { syncId: 'nuls', runId: "run'1", fence: 1 },
    signal: new AbortController().signal,
  });
  await writer.prepare();

  const { written, rejected } = await writer.write(
    Batch.ofRows([
      ['1', 'a'],
      ['2', 'a\0b'],
      ['3', 'c'],
    ]),
  );
  await writer.close();

  assert.equal(written, 2);
  assert.deepEqual(
    rejected.map(({ index }) => index),
    [1],
  );
  assert.deepEqual(await rowsOf(destination, '(select distinct _heddle_run_id from nuls)'), [
    "(run'1)",
  ]);
});

test('pages of a query go on by key, in any order, and end', async () => {
  await source.admin.query(`create table paged (id int primary key, rank int);
    insert into paged select n, nullif(n % 7, 0) from generate_series(1, 50) n`);
  for (const orderBy of [
    [],
    [{ field: 'rank', descending: true }],
    [{ field: 'rank', descending: false }],
  ]) {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await from.query({
        ...{ object: 'paged', fields: ['id', 'rank'], orderBy, limit: 7 },
        ...(cursor === undefined ? {} : { cursor }),
      });
      ids.push(...page.rows.map(([id]) => id!));
      cursor = page.nextCursor;
      await source.admin.query(`insert into paged values (${-ids.length}, 99)`);
    } while (cursor !== undefined);

    assert.equal(new Set(ids.filter((id) => Number(id) > 0)).size, 50);
    assert.equal(new Set(ids).size, ids.length);
    await source.admin.query('delete from paged where id < 0');
  }
});

test('records are written one by one, each with its own answer', async () => {
  await destination.admin.query('create table single (id int primary key, name text not null)');
  const { fields } = await to.describe('single');
  const request = { object: 'single', key: ['id'], fields };

  const inserted = await to.apply({
    ...request,
    operation: 'insert',
    rows: [
      ['1', 'a'],
      ['1', 'b'],
      ['2', null],
    ],
  });
  const upserted = await to.apply({
    ...request,
    operation: 'upsert',
    rows: [
      ['1', 'c'],
      ['3', 'd'],
    ],
  });
  const updated = await to.apply({
    ...request,
    operation: 'update',
    rows: [
      ['3', 'e'],
      ['9', 'f'],
    ],
  });
  const deleted = await to.apply({
    ...request,
    operation: 'delete',
    fields: [fields[0]!],
    rows: [['1'], ['9']],
  });

  const oks = [inserted, upserted, updated, deleted].map((all) => all.map(({ error }) => !error));
  assert.deepEqual(oks, [
    [true, false, false],
    [true, true],
    [true, false],
    [true, false],
  ]);
  assert.deepEqual(
    upserted.map(({ id }) => id),
    ['1', '3'],
  );
  assert.deepEqual(await rowsOf(destination, 'single'), ['(3,e)']);
});

test('a table of more columns than there can be is refused, and not tried again', async () => {
  const columns = Array.from({ length: 900 }, (_, at) => `c${at} int`);
  await source.admin.query(`create table wide (id int primary key, ${columns.join(', ')})`);
  const { fields } = await from.describe('wide');
  const more = fields.slice(1).map((field) => ({ ...field, name: `more ${field.name}` }));
  const writer = await to.write({
    ...{ object: 'wide', fields: [...fields, ...more], key: ['id'], mode: 'upsert' },
    ...{ delete: 'hard', onSchemaChange: 'add', metadata: false, isAnew: true },
    state: { syncId: 'wide', runId: 'run_1', fence: 1 },
    signal: new AbortController().signal,
  });

  await assert.rejects(writer.prepare(), { kind: 'configuration', message: /1600 columns/ });
  await writer.close();
});

test('what is wrong with a connection is said, with whose fault it is', async () => {
  const { postgres } = await import('./index.ts');
  const { openOutside } = await import('../testing/outside.ts');
  const outside = openOutside();
  const kindOf = async (credentials: Record<string, unknown>) => {
    try {
      const session = await postgres.open({ config: {}, credentials }, outside);
      await session.check().finally(() => session.close());
      return 'fine';
    } catch (error) {
      return (error as ConnectorError).kind;
    }
  };
  const good = source.credentials;
  const url = `postgres://${good.user}@localhost:${good.port}/${good.database}`;

  assert.equal(await kindOf({ url }), 'fine');
  assert.equal(await kindOf({ url: `${url}?sslmode=require` }), 'configuration');
  assert.equal(await kindOf({ ...good, host: '/tmp' }), 'configuration');
  assert.equal(await kindOf({ ...good, database: 'nowhere' }), 'configuration');
  assert.equal(await kindOf({ ...good, port: 1 }), 'retry');
  await outside.end();
});

test('a thousand records are written together, and each has its own answer', async () => {
  await destination.admin.query('create table many (id int primary key, name text not null)');
  const { fields } = await to.describe('many');
  const rows = Array.from({ length: 1_000 }, (_, id) => [String(id), id === 700 ? null : 'a']);

  const results = await to.apply({
    object: 'many',
    ...{ operation: 'upsert', key: ['id'], fields, rows },
  });

  assert.deepEqual(
    results.flatMap(({ error }, index) => (error === undefined ? [] : [index])),
    [700],
  );
  assert.equal(results[999]?.id, '999');
});
