import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Session } from '../connector.ts';
import { makeDatabase, type TestDatabase } from '../testing/databases.ts';
import { makeFile } from '../testing/files.ts';
import { makeSchema, type TestSchema } from '../testing/mariadbs.ts';
import { move } from '../testing/move.ts';

let source: TestSchema;
let destination: TestSchema;
let postgres: TestDatabase;
let from: Session;
let to: Session;

before(async () => {
  [source, destination, postgres] = await Promise.all([makeSchema(), makeSchema(), makeDatabase()]);
  [from, to] = await Promise.all([source.open(), destination.open()]);
});
after(() => Promise.all([source.end(), destination.end(), postgres.end()]));

const ownColumns = `
  id bigint unsigned primary key, tiny tinyint, is_on tinyint(1), small smallint unsigned,
  medium mediumint, whole int unsigned, padded int(6) zerofill, big bigint, exact decimal(65,30),
  single float, wide double, flags bit(12), one bit(1), born year, day date, clock time(6),
  wall datetime(6), plain datetime(3), moment timestamp(6) null, word longtext, short varchar(20),
  fixed char(5), mood enum('sad', 'so so', 'it''s'), tags set('a', 'b', 'c'), bytes longblob,
  raw binary(4), few varbinary(300), doc json, place point, mark uuid, net inet6,
  total bigint unsigned as (id + 1) stored`;
const allBytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at)).toString('hex');
const ownRows = [
  `18446744073709551614, -128, 0, 65535, -8388608, 4294967295, 7, -9223372036854775808,
   '99999999999999999999999999999999999.999999999999999999999999999999', -3.4028234663852886e38,
   1.7976931348623157e308, b'101010101010', b'1', 1901, '0000-00-00', '-838:59:59.000000',
   '0000-00-00 00:00:00', '0000-01-01', '0000-00-00 00:00:00', '', '', '', 'sad', '', '', x'00010200', '',
   '{"a":  1, "a": 12345678901234567890.10}', point(1.5, -2.25), '00000000-0000-0000-0000-000000000001', '::1'`,
  `2, 127, 1, 0, 8388607, 0, 0, 9223372036854775807, '-0.000000000000000000000000000001', 1e-45, 5e-324,
   b'0', b'0', 0, '9999-12-31', '838:59:59.999999', '9999-12-31 23:59:59.999999',
   '2024-02-29 12:00:00', '2038-01-19 03:14:07.999999', '\\\\N', 'NULL', 'null', 'it''s', 'a,c',
   x'${allBytes}',
   x'ffffffff', x'00', '[1,null]', st_geomfromtext('POINT(3 4)', 4326), 'ffffffff-ffff-ffff-ffff-ffffffffffff', '::ffff:1.2.3.4'`,
  `3, null, 5, null, null, null, null, 9007199254740993, null, 0.1, 0.1, null, null, 2024, '0000-01-01',
   '25:00:00', '2024-00-15 00:00:00', null, '1970-01-01 00:00:01', 'العربية 😀 עברית\t\n\r\\\\ '' "', 'é  ', 'abc',
   'so so', 'b', null, null, null, null, null, null, null`,
  `4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b'1', b'1', 2155, '2024-02-29', '12:34:56.123456', '2024-01-01 00:00:00.000001',
   '2024-01-01', '2024-03-31 01:30:00', repeat('x', 1048576), 'a', 'a', 'sad', 'a,b,c', repeat(x'00ff', 524288),
   x'00000000', x'00ff', 'null', null, null, null`,
];
const ownNames = [...ownColumns.matchAll(/(?:^|,)\s*(\w+) [a-z]/g)];

async function rowsOf({ admin }: TestSchema, table: string) {
  const [rows] = await admin.query(`select * from ${table} order by id`);
  return rows as unknown[][];
}

test('between two of a kind every value arrives as it is, in tables that are there and that are made', async () => {
  await source.admin.query(`create table own (${ownColumns})`);
  const names = ownNames.map(([, name]) => name).filter((name) => name !== 'total');
  for (const row of ownRows) {
    await source.admin.query(`insert into own (${names.join(', ')}) values (${row})`);
  }
  await destination.admin.query(`create table there (${ownColumns})`);

  for (const into of ['there', 'made']) {
    const moving = { from, to, object: 'own', into, syncId: into, batchRows: 2 };
    const first = await move(moving);
    const second = await move({ ...moving, isAnew: true });

    assert.deepEqual(first.rejected, []);
    assert.deepEqual([first.written, second.written, second.skipped], [4, 0, 4]);
    assert.deepEqual(first.skippedFields, into === 'there' ? ['total'] : []);
    assert.deepEqual(await rowsOf(destination, into), await rowsOf(source, 'own'));
  }
  const { fields } = await to.describe('made');
  const kept = fields.filter(({ name }) => ['whole', 'born', 'mood', 'moment'].includes(name));
  assert.deepEqual(
    kept.map(({ nativeType }) => nativeType),
    ['int(10) unsigned', 'year(4)', 'timestamp(6)', "enum('sad','so so','it''s')"],
  );
});

test('dates that are in no calendar, and times that are on no clock, are set aside elsewhere, by name', async () => {
  await source.admin.query(`create table odd (id int primary key, day date, at datetime, clock time);
    insert into odd values (1, '0000-00-00', null, null), (2, '0000-01-01', null, null),
      (3, null, '0000-00-00 00:00:00', null), (4, null, null, '25:00:00'), (5, null, null, '-01:00:00'),
      (6, '2024-02-29', '2024-02-29 12:00:00', '24:00:00'), (7, '2024-00-15', null, null)`);
  const elsewhere = await postgres.open();

  const { rejected, written } = await move({
    from,
    to: elsewhere,
    object: 'odd',
    into: 'odd',
    syncId: 'odd',
  });

  assert.equal(written, 1);
  assert.deepEqual(
    rejected.map(({ index, field }) => [index, field]),
    [
      ...[
        [0, 'day'],
        [1, 'day'],
        [2, 'at'],
        [3, 'clock'],
        [4, 'clock'],
        [6, 'day'],
      ],
    ],
  );
});

const foreignColumns = `
  id bigint primary key, small smallint, medium integer, single real, double double precision,
  exact numeric, money numeric(12,2), word text, short varchar(20), long varchar(2000), fixed char(5),
  bytes bytea, day date, clock time, zoned timetz, wall timestamp, moment timestamptz, span interval,
  mark uuid, plain json, tree jsonb, page xml, bits bit(4), more bit varying, tags text[], during tsrange,
  point point, net inet, price money, is_on boolean`;
const foreignRows = [
  `1, -32768, -2147483648, '-3.4028235e38', '1.7976931348623157e308', '${'9'.repeat(35)}.${'1'.repeat(30)}',
   '-9999999999.99', '', '', '', '', '', '0001-01-01', '00:00', '00:00+14', '0001-01-01 00:00', '0001-01-01 00:00:00+00',
   '-178000000 years', '00000000-0000-0000-0000-000000000000', '{"a":  1, "a": 2}', '{"n": 12345678901234567890.10}',
   '<a>1</a>', '1010', '', '{}', 'empty', '(0,-0)', '::1', '-1.5', false`,
  `9223372036854775807, 32767, 2147483647, '1e-45', '5e-324', 0, 0, E'a\\tb\\nc\\rd\\\\e''"', '\\N', '\\.', 'a b',
   '\\x000102ff', '9999-12-31', '24:00', '23:59:59.999999-12', '9999-12-31 23:59:59.999999',
   '9999-12-31 23:59:59.999999+00', '1 mon 2 days 03:04:05.000006', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '[1,null]',
   '"\\ud83d\\ude00"', '<b/>', '0000', '11111', '{NULL,"NULL","a,b"}', '[2020-01-01 00:00,2021-01-01 00:00)', '(1.5,2)',
   '10.0.0.0/8', '92233720368547758.07', true`,
  `9007199254740993, null, null, 0.1, 0.1, '1884518522.1684267241', null, 'NULL', 'null', 'a ', 'é', null, '2024-02-29',
   '12:34:56.123456', '12:34:56+05:30', '2024-01-01 00:00:00.000001', '1969-12-31 23:59:59.999999Z', '-1 days +02:03',
   null, 'null', 'null', null, null, null, null, null, null, null, null, null`,
  `4, 0, 0, 0, 0, 0, 0, repeat('😀', 262144), '', '', 'abc  ', decode(repeat('00ff', 524288), 'hex'), '2024-02-29', '12:00',
   '12:00Z', '2024-01-01', '2024-01-01', '0', null, '{}', '{}', null, '0001', '1', '{a}', '(,)', '(1,1)', '1.2.3.4', 0, true`,
];

test('what comes from PostgreSQL goes back as it was', async () => {
  const { admin } = postgres;
  await admin.query(`create schema a; create schema b; create table a.foreigners (${foreignColumns});
    create table b.foreigners (${foreignColumns})`);
  for (const row of foreignRows) await admin.query(`insert into a.foreigners values (${row})`);
  const [there, back] = [await postgres.open(), await postgres.open()];

  const gone = await move({ from: there, to, object: 'a.foreigners', into: 'foreigners' });
  const again = { from: there, to, object: 'a.foreigners', into: 'foreigners', isAnew: true };
  const second = await move(again);
  const come = await move({ from: to, to: back, object: 'foreigners', into: 'b.foreigners' });

  assert.deepEqual([gone.rejected, come.rejected, second.written], [[], [], 0]);
  // A decimal keeps the zeros that its column has.
  await admin.query('update b.foreigners set exact = trim_scale(exact)');
  await admin.query('update a.foreigners set exact = trim_scale(exact)');
  const [one, other] = await Promise.all(
    ['a', 'b'].map((schema) =>
      admin.query(`select t::text as row from ${schema}.foreigners t order by 1`),
    ),
  );
  assert.deepEqual(other!.rows, one!.rows);
});

test('what MySQL cannot hold is set aside, by name, and never becomes something else', async () => {
  const { admin } = postgres;
  await admin.query(`create table beyond (id int primary key, exact numeric, double float8, day date,
      at timestamptz, doc json, word text);
    insert into beyond values (1, '${'9'.repeat(36)}', null, null, null, null, ''),
      (2, '0.${'1'.repeat(31)}', null, null, null, null, ''), (3, 'NaN', null, null, null, null, ''),
      (4, null, 'NaN', null, null, null, ''), (5, null, '-Infinity', null, null, null, ''),
      (6, null, null, '4713-01-01 BC', null, null, ''), (7, null, null, 'infinity', null, null, ''),
      (8, null, null, null, '294276-12-31', null, ''), (9, null, null, '10000-01-01', null, null, ''),
      (10, 1, 1, '2024-01-01', '2024-01-01', '{}', 'fine')`);

  const { rejected, written } = await move({
    from: await postgres.open(),
    to,
    object: 'beyond',
    syncId: 'beyond',
  });

  assert.equal(written, 1);
  assert.deepEqual(
    rejected.map(({ field }) => field),
    ['exact', 'exact', 'exact', 'double', 'double', 'day', 'day', 'at', 'day'],
  );
});

test('a column that would round, cut, pad or fold a value does not get it', async () => {
  await destination.admin.query(`create table tight (id int primary key, n decimal(6,2), whole int, at datetime,
    clock time, day date, single float, fixed char(5), raw binary(3), mood enum('a', 'b') collate utf8mb4_general_ci,
    tags set('a', 'b'), short varchar(3), born year, latin varchar(9) character set latin1, price float(7,2))`);
  await source.admin.query(`create table loose (id int primary key, n decimal(9,4), whole decimal(9,2),
    at datetime(6), clock time(6), day datetime, single double, fixed varchar(9), raw varbinary(9), mood text,
    tags text, short varchar(9), born int, latin text, price double)`);
  const columns = 'n whole at clock day single fixed raw mood tags short born latin price'.split(
    ' ',
  );
  const values = [
    ...[
      '1.234',
      '1.5',
      "'2024-01-01 00:00:00.5'",
      "'00:00:00.5'",
      "'2024-01-01 12:00:00'",
      '0.123456789012',
    ],
    ...["'abc '", "x'01'", "'A'", "'b,a'", "'abcd'", '99', "'😀'", '1.234'],
  ];
  for (const [at, column] of columns.entries()) {
    await source.admin.query(`insert into loose (id, ${column}) values (${at + 1}, ${values[at]})`);
  }
  await source.admin.query(`insert into loose values (99, 1.23, 2, '2024-01-01', '00:00:01', '2024-01-01', 0.5,
    'abc', x'010203', 'a', 'a,b', 'abc', 1999, 'é', 1.25)`);

  const { rejected, written } = await move({
    from,
    to,
    object: 'loose',
    into: 'tight',
    syncId: 'tight',
  });

  assert.equal(written, 1);
  assert.deepEqual(
    rejected.map(({ field }) => field),
    columns,
  );
  assert.doesNotMatch(JSON.stringify(rejected), /1\.234|abcd/);
});

test('through SQLite and back every value is as it was', async () => {
  const file = await makeFile();
  const between = await file.open();
  await destination.admin.query(`create table returned (${ownColumns})`);

  await move({ from, to: between, object: 'own', into: 'own' });
  const back = await move({
    from: between,
    to,
    object: 'own',
    into: 'returned',
    syncId: 'returned',
  });

  const untold = back.unread.length + back.rejected.length;
  const rows = await rowsOf(destination, 'returned');
  assert.equal(rows.length + untold, 4);
  const own = await rowsOf(source, 'own');
  for (const row of rows)
    assert.deepEqual(
      row,
      own.find(([id]) => id === row[0]),
    );
  await file.end();
});

test('the types of a query are known', async () => {
  const reading = await from.read({
    query: `select id, is_on, flags, single, exact, wall, moment, clock, short, bytes, few, born, small,
      2.50 as n, 'x' as word, id + 1 as more from own where id = 3 ;`,
    ...{ key: [], batchBytes: 1e6, batchRows: 10, signal: new AbortController().signal },
  });
  const rows = [];
  for await (const batch of reading.batches) rows.push(...batch.rows);

  assert.deepEqual(
    reading.fields.map(({ type }) => type.kind),
    [
      ...[
        'numeric',
        'boolean',
        'bit',
        'float4',
        'numeric',
        'timestamp',
        'timestamptz',
        'time',
        'varchar',
      ],
      ...['bytea', 'bytea', 'int2', 'int4', 'numeric', 'varchar', 'numeric'],
    ],
  );
  assert.deepEqual(rows, [
    [
      ...[
        '3',
        '5',
        null,
        '0.1',
        null,
        '2024-00-15 00:00:00',
        '1970-01-01 00:00:01+00',
        '25:00:00',
        'é  ',
      ],
      ...[null, null, '2024', null, '2.50', 'x', '4'],
    ],
  ]);
});
