import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePair, rowsOf } from '../testing/databases.ts';
import { makeFile } from '../testing/files.ts';
import { move } from '../testing/move.ts';

const { source, destination, from, to } = await makePair();

const hostile = `
  id bigint primary key, small smallint, medium integer, single real, double double precision,
  exact numeric, money numeric(12,2), word text, short varchar(20), fixed char(5), bytes bytea,
  day date, clock time, zoned timetz, wall timestamp, moment timestamptz, span interval, mark uuid,
  plain json, tree jsonb, page xml, bits bit(4), more bit varying, tags text[], grid int[][],
  trees jsonb[], marks uuid[], mood mood, moods mood[], during tsrange, point point, net inet,
  price money, is_on boolean, code positive`;

async function hostileRows(schema: string) {
  await source.admin.query(`
    create schema ${schema};
    set search_path to ${schema}, public;
    create table hostile (${hostile})`);
  const rows = [
    `1, -32768, -2147483648, '-3.4028235e38', '1.7976931348623157e308',
     '${'9'.repeat(40)}.${'1'.repeat(30)}', '-9999999999.99', '', '', '', '', '4713-01-01 BC',
     '00:00', '00:00+14', '4713-01-01 00:00 BC', '4714-11-24 00:00:00+00 BC', '-178000000 years',
     '00000000-0000-0000-0000-000000000000', '{"a":  1, "a": 2}', '{"n": 12345678901234567890.10}',
     '<a>1</a>', '1010', '', '{}', '{}', '{}', '{}', 'sad', '{}', 'empty', '(0,-0)', '::1', '-1.5', false, 1`,
    `9223372036854775807, 32767, 2147483647, 'NaN', 'Infinity', 'NaN', 0, E'a\\tb\\nc\\rd\\\\e', '\\N',
     '\\.', '\\x000102ff', 'infinity', '24:00', '23:59:59.999999-12', 'infinity',
     '294276-12-31 23:59:59.999999+00', '1 mon 2 days 03:04:05.000006', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
     '[1,null]', '"\\ud83d\\ude00"', '<b/>', '0000', '11111', '{NULL,"NULL","a,b","\\"q\\"",""}', '{{1,2},{3,NULL}}',
     '{"{\\"a\\": null}",NULL}', '{11111111-1111-1111-1111-111111111111}', 'so so', '{"so so",NULL}',
     '[2020-01-01 00:00,2021-01-01 00:00)', '(1.5,2)', '10.0.0.0/8', '92233720368547758.07', true, 2`,
    `9007199254740993, null, null, '1e-45', '5e-324', '1884518522.1684267241', null, 'NULL', 'null', 'é',
     null, '0001-01-01', '12:34:56.123456', '12:34:56+05:30', '0001-01-01', '2024-01-01T00:00:00+05:30', '-1 days +02:03',
     null, 'null', 'null', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null`,
    `5, 0, 0, '-0', '-0', 1.10, 1.10, 'العربية 😀 עברית', '\\N', 'abc  ', (select string_agg(set_byte('\\x00', 0, n), '') from generate_series(0, 255) n),
     '2024-02-29', '12:00', '12:00Z', '2024-01-01 00:00:00.000001', '1969-12-31 23:59:59.999999Z', '0', null,
     '{}', '{}', null, '0001', '1', '{a}', '{1}', '{null}', '{}', 'happy', '{happy}', '(,)', '(1,1)', '1.2.3.4', 0, true, 3`,
    `6, 0, 0, 0, 0, 0, 0, repeat('x', 1048576), '', '', decode(repeat('00ff', 524288), 'hex'),
     '-infinity', '12:00', '12:00Z', '-infinity', '-infinity', '0', null,
     '{}', '{}', null, '0001', '1', '{a}', '{1}', '{null}', '{}', 'happy', '{happy}', '(,)', '(1,1)', '1.2.3.4', 0, true, 3`,
  ];
  for (const row of rows) await source.admin.query(`insert into hostile values (${row})`);
}

test('every value arrives as it is, in tables that are there and in those that are made', async () => {
  for (const { admin } of [source, destination]) {
    await admin.query(`
      create type mood as enum ('sad', 'so so', 'happy');
      create domain positive as integer check (value > 0)`);
  }
  await hostileRows('a');
  await destination.admin.query(`create schema b; create table b.hostile (${hostile})`);
  for (const into of ['made.hostile', 'b.hostile']) {
    const moving = { from, to, object: 'a.hostile', into, batchRows: 2 };

    const first = await move(moving);
    const second = await move({ ...moving, isAnew: true });

    assert.deepEqual(first.rejected, []);
    assert.deepEqual([first.read, first.written], [5, 5]);
    assert.deepEqual([second.read, second.written, second.skipped], [5, 0, 5]);
    assert.deepEqual(await rowsOf(destination, into), await rowsOf(source, 'a.hostile'));
  }
});

test('every value comes back from SQLite as it was, or is set aside by name', async () => {
  const file = await makeFile();
  const between = await file.open();
  await destination.admin.query(`create schema c; create table c.hostile (${hostile})`);

  const there = await move({ from, to: between, object: 'a.hostile', into: 'hostile' });
  const again = await move({
    from,
    to: between,
    object: 'a.hostile',
    into: 'hostile',
    isAnew: true,
  });
  const back = await move({ from: between, to, object: 'hostile', into: 'c.hostile' });

  assert.deepEqual([there.rejected, again.written, back.rejected], [[], 0, []]);
  const zero = `update c.hostile set single = '-0', double = '-0' where id = 5`;
  await destination.admin.query(zero);
  assert.deepEqual(await rowsOf(destination, 'c.hostile'), await rowsOf(source, 'a.hostile'));
  await file.end();
});
