import assert from 'node:assert/strict';
import { symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConnectorError } from '../failure.ts';
import { makeDatabase } from '../testing/databases.ts';
import { move } from '../testing/move.ts';
import { makeFolder, readAll } from './testing/folder.ts';

const folder = await makeFolder();
const source = await makeDatabase();
const destination = await makeDatabase();
after(() => Promise.all([source.end(), destination.end()]));
const [from, to] = [await source.open(), await destination.open()];

const hostile = `create table hostile (
    id bigint primary key, big bigint, exact numeric, money numeric(12,2), f4 real, f8 double precision,
    day date, stamp timestamp, moment timestamptz, clock time, zoned timetz, span interval,
    yes boolean, bytes bytea, doc jsonb, words text[], numbers bigint[], who uuid, name varchar(40), note text);
  insert into hostile values
    (1, 9223372036854775807, 1234567890123456789012345678901234567890.123456789012345678901234567890,
     9999999999.99, '3.4028235e38', 1.7976931348623157e308, '0044-03-15 BC', '2024-01-01 00:00:00.123456',
     '2024-01-01 00:00:00.000001+05:30', '24:00:00', '12:34:56+02', '1 year 2 mons 3 days -04:05:06.000007',
     true, decode('00ff0a0d5c22275c4e', 'hex'), '{"n": 9007199254740993, "a": [null, "x"]}',
     array['a,b', null, '', 'NULL', '"q"', E'\\\\'], array[9223372036854775807, null], gen_random_uuid(), '\\N', '\\.'),
    (2, -9223372036854775808, 'NaN', -0.01, 'NaN', '-Infinity', '9999-12-31', 'infinity',
     '-infinity', '00:00', '00:00:00.5-11', '0', false, '', 'null', '{}', '{}', null, '', 'NULL'),
    (3, null, 0.10, null, null, -0.1, null, '12024-06-01 10:00', '0001-01-01 00:00:00+00 BC', null, null, null,
     null, null, '"text"', null, null, null, null, null),
    (4, 0, 1e20, 0, 1e20, 1e-7, '4713-01-01 BC', '0099-01-01', '1900-01-01', '23:59:59.999999', '00:00+00', '-1 mon',
     true, '\\x00', '[]', array['{'], '{0}', null, '  null ', E'two\\r\\nlines, "quoted" \\t😀 שלום \\u2028');
  insert into hostile (id, note) values (5, repeat('é",', 350000))`;

test('values of every kind come back from files as they went in', async () => {
  await source.admin.query(hostile);
  const shown = (await source.admin.query('select h::text from hostile h order by id')).rows;
  // JSON has one null, and PostgreSQL tells another one in a jsonb apart from it.
  const sayable = shown.filter(({ h }) => !h.includes(',null,{},{}'));
  const types = (
    await source.admin.query(
      `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
       where attrelid = 'hostile'::regclass and attnum > 0`,
    )
  ).rows;
  const columns = Object.fromEntries(types.map(({ name, type }) => [name, type]));
  const session = await folder.open({ header: true });
  await destination.admin.query(
    (hostile.split(';')[0] as string).replace('hostile', 'hostile_csv'),
  );

  for (const ending of ['csv', 'ndjson', 'parquet']) {
    const out = `hostile.${ending}`;
    const into = `hostile_${ending}`;
    const sent = await move({ from, to: session, object: 'hostile', into: out, mode: 'replace' });
    const again = await folder.open(ending === 'csv' ? { header: true } : { columns });
    const moving = { from: again, to, object: out, into, mode: 'upsert', syncId: ending } as const;
    const back = await move({ ...moving, key: ['id'] });
    const repeated = await move({ ...moving, key: ['id'], syncId: `${ending} again` });
    const { rows } = await destination.admin.query(`select h::text from ${into} h order by id`);

    const refused = sent.rejected.map(({ index, field }) => [index, field]);
    assert.deepEqual([ending, refused], [ending, ending === 'ndjson' ? [[1, 'doc']] : []]);
    assert.deepEqual([ending, sent.unread], [ending, []]);
    assert.deepEqual([ending, back.rejected, back.unread], [ending, [], []]);
    assert.deepEqual([ending, repeated.written], [ending, 0]);
    const expected = ending === 'ndjson' ? sayable : shown;
    assert.deepEqual([ending, ...rows], [ending, ...expected]);
  }
});

test('whole numbers, decimals, moments and lists have their own types in Parquet', async () => {
  await source.admin.query(`create table kinds (id bigserial, price numeric(10,2), at timestamptz, at_zone timetz, list int[]);
    insert into kinds values (9223372036854775807, 1.50, '2024-01-01 00:00:00.123456+00', '12:34:56+02', '{1,2}')`);
  const session = await folder.open();

  await move({ from, to: session, object: 'kinds', into: 'kinds.parquet', mode: 'replace' });
  await move({ from, to: session, object: 'kinds', into: 'kinds.csv', mode: 'replace' });

  const { fields } = await session.describe('kinds.parquet');
  assert.deepEqual(
    fields.map(({ nativeType }) => nativeType),
    ['BIGINT', 'DECIMAL(10,2)', 'TIMESTAMP WITH TIME ZONE', 'VARCHAR', 'INTEGER[]'],
  );
  assert.match(await folder.get('kinds.csv'), /^9223372036854775807,1\.50,.*,12:34:56\+02,/m);
});

test('what Parquet cannot hold is set aside, and the others arrive', async () => {
  await source.admin.query(`create table wide (id int primary key, at timestamp, grid int[]);
    insert into wide values (1, '294276-12-31', null), (2, '2024-01-01', '{{1,2},{3,4}}'), (3, '2024-01-01', '{1}')`);
  const session = await folder.open();

  const { rejected, written } = await move({
    ...{ from, to: session, object: 'wide', into: 'wide.parquet', mode: 'replace' },
  });

  assert.deepEqual(
    rejected.map(({ index, field }) => [index, field]),
    [
      [0, 'at'],
      [1, 'grid'],
    ],
  );
  assert.equal(written, 1);
  assert.deepEqual((await readAll(session, 'wide.parquet')).rows, [
    ['3', '2024-01-01 00:00:00', '{1}'],
  ]);
});

test('appending keeps what is there, and a broken off one leaves the file as it was', async () => {
  await source.admin.query("create table more (b text, a text); insert into more values ('2', '')");
  const session = await folder.open();
  for (const name of ['more.csv', 'more.ndjson', 'more.parquet']) {
    await move({ from, to: session, object: 'more', into: name, mode: 'append' });
    const before = (await readAll(session, name)).rows;

    const broken = { from, to: session, object: 'more', into: name, mode: 'append' } as const;
    await move({ ...broken, batchesMax: 1 });
    const kept = (await readAll(session, name)).rows;
    await move(broken);
    const grown = (await readAll(session, name)).rows;

    assert.deepEqual([name, kept], [name, before]);
    assert.deepEqual([name, grown], [name, [...before, ...before]]);
  }
  await folder.put('order.csv', 'a;b;c\nx;y;z');
  await move({ from, to: session, object: 'more', into: 'order.csv', mode: 'append' });
  assert.equal(await folder.get('order.csv'), 'a;b;c\nx;y;z\n"";2;\n');
  const { describe, ...rest } = { describe: 1, ...(await session.describe('order.csv')) };
  assert.equal(rest.fields.length, 3);
});

test('only appending and replacing are done to files', async () => {
  const session = await folder.open();
  const moving = { from, to: session, object: 'more', into: 'x.csv' };

  await assert.rejects(move({ ...moving, mode: 'upsert' }), /mode upsert/);
  await assert.rejects(move({ ...moving, into: 'x/*.csv', mode: 'replace' }), /one file/);
  await assert.rejects(move({ ...moving, into: 'x.exe', mode: 'replace' }), /must end in/);
});

test('a read that was left in the middle goes on at its row, in every kind of file', async () => {
  const lines = Array.from({ length: 100 }, (_, at) => `${at},"é\n${at}"`);
  await folder.put('go/a.csv', `id,text\n${lines.slice(0, 50).join('\n')}\n`);
  await folder.put('go/b.csv', `id,text\n${lines.slice(50).join('\n')}\n`);
  await folder.put('wide.csv', Buffer.from(`\ufeffid,text\n${lines.join('\n')}\n`, 'utf16le'));
  await folder.put('go.ndjson', lines.map((_, id) => `{"id":${id},"text":"é"}`).join('\n'));
  const session = await folder.open();
  await source.admin.query('create table go as select n as id from generate_series(0, 99) n');
  await move({ from, to: session, object: 'go', into: 'go.parquet', mode: 'replace' });

  for (const object of ['go', 'wide.csv', 'go.ndjson', 'go.parquet']) {
    const whole = await readAll(session, object, { batchRows: 7 });
    const at = whole.batches.slice(0, 9).reduce((sum, { count }) => sum + count, 0);
    const position = whole.positions[8] as string;
    const rest = await readAll(session, object, { batchRows: 7, position });

    assert.equal(whole.rows.length, 100, object);
    assert.deepEqual([object, ...rest.rows], [object, ...whole.rows.slice(at)]);
  }
});

test('by a cursor only new and grown files are read, and of those what is new', async () => {
  await folder.put('log/a.csv', 'at,id\n2024-01-02,1\n2024-01-01,2\n2024-01-02,3\n,4\n');
  const session = await folder.open({ columns: { at: 'date' } });
  const asked = { cursorField: 'at', fields: ['id'] };
  const ids = ({ rows }: { rows: readonly (readonly unknown[])[] }) => rows.map(([id]) => id);

  const first = await readAll(session, 'log/*.csv', asked);
  const same = await readAll(session, 'log/*.csv', { ...asked, position: first.positions.at(-1)! });
  await folder.put(
    'log/a.csv',
    'at,id\n2024-01-02,1\n2024-01-01,2\n2024-01-02,3\n,4\n2024-01-02,5\n,6\n2024-01-03,7\n2024-01-01,8\n',
  );
  await utimes(join(folder.folder, 'log/a.csv'), 1, 1);
  await folder.put('log/b.csv', 'at,id\n2020-01-01,9\n');
  const second = await readAll(session, 'log/*.csv', {
    ...asked,
    position: same.positions.at(-1)!,
  });

  assert.deepEqual(ids(first), ['1', '2', '3', '4']);
  assert.deepEqual(ids(same), []);
  assert.deepEqual(ids(second), ['5', '6', '7', '9']);
  await assert.rejects(readAll(await folder.open(), 'log/*.csv', asked), /config\.columns/);
});

test('a field is found without its case where that is unique, also the one by which news are found', async () => {
  await folder.put('cased.csv', 'ID,Updated_At\n1,2024-01-01\n2,2024-01-02\n');
  const session = await folder.open({ columns: { Updated_At: 'date' } });
  const asked = { fields: ['id'], cursorField: 'UPDATED_AT' };

  const { rows } = await readAll(session, 'cased.csv', asked);

  assert.deepEqual(rows, [['1'], ['2']]);
});

test('nothing outside of the folder can be read or written', async () => {
  await folder.put('in/a.csv', 'a\n1\n');
  await symlink('/etc', join(folder.folder, 'in/out'));
  await symlink('/etc/passwd', join(folder.folder, 'in/passwd.csv'));
  const session = await folder.open({ path: 'in' });

  const names = await session.objects({ limit: 10 });
  const isRefused = (error: unknown) => error instanceof ConnectorError && error.kind !== 'retry';
  const refused = ['../more.csv', '/etc/passwd', 'out/passwd', 'passwd.csv', 'x/../../more.csv'];
  for (const name of refused) await assert.rejects(session.describe(name), isRefused);
  for (const name of ['../x.csv', 'out/x.csv', 'passwd.csv']) {
    const moving = { from, to: session, object: 'more', into: name, mode: 'replace' } as const;
    await assert.rejects(move(moving), isRefused);
  }
  const above = await folder.open({ path: '../..' });
  await assert.rejects(above.check(), /not within/);

  assert.deepEqual(names, [{ name: 'a.csv', kind: 'file' }]);
});

test('fields of NDJSON have the types of their values, and what is no record is set aside', async () => {
  await folder.put(
    'mixed.ndjson',
    [
      '{"id":9007199254740993,"price":1.10,"tags":["a"],"deep":{"n":1.0},"any":1}',
      '{"id":2,"price":12345678901234567890.123456789,"any":"x","late":true}',
      'no json',
      '[1]',
      '',
      '{"id":3}',
    ].join('\r\n'),
  );
  const session = await folder.open();

  const { fields } = await session.describe('mixed.ndjson');
  const { rows, unread } = await readAll(session, 'mixed.ndjson');

  assert.deepEqual(
    fields.map(({ name, type }) => `${name} ${type.kind}`),
    ['id int8', 'price numeric', 'tags jsonb', 'deep jsonb', 'any jsonb', 'late boolean'],
  );
  assert.deepEqual(rows, [
    ['9007199254740993', '1.10', '["a"]', '{"n": 1.0}', '1', null],
    ['2', '12345678901234567890.123456789', null, null, '"x"', 't'],
    ['3', null, null, null, null, null],
  ]);
  assert.deepEqual(
    unread.map(({ source }) => source?.line),
    [3, 4],
  );
});

test('records are found, put in order and added', async () => {
  await folder.put('people.csv', 'id,name\n2,b\n10,a\n1,\n');
  const session = await folder.open({ columns: { id: 'int' } });
  const order = [{ field: 'id', descending: true }];

  const first = await session.query({ object: 'people.csv', orderBy: order, limit: 2 });
  const rest = await session.query({
    ...{ object: 'people.csv', orderBy: order, limit: 2, fields: ['name'] },
    cursor: first.nextCursor!,
  });
  const { fields } = first;
  const key: string[] = [];
  const rows = [['3', 'new']];
  const results = await session.apply({
    object: 'people.csv',
    operation: 'insert',
    key,
    fields,
    rows,
  });

  assert.deepEqual(first.rows, [
    ['10', 'a'],
    ['2', 'b'],
  ]);
  assert.deepEqual([rest.rows, rest.nextCursor], [[[null]], undefined]);
  assert.deepEqual(results, [{}]);
  assert.equal(await folder.get('people.csv'), 'id,name\n2,b\n10,a\n1,\n3,new\n');
});
