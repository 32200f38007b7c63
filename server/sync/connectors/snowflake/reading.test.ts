import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { makeAccount, openAccount, readAll } from './testing/account.ts';

const account = await makeAccount(2_500);
const session = await openAccount(account);

suite('what is in Snowflake', () => {
  test('is listed, and described with readable types', async () => {
    const objects = await session.objects({ limit: 10 });
    const { fields, key, cursorFields } = await session.describe('raw.contacts');

    assert.deepEqual(objects, [
      { name: 'RAW.CONTACTS', kind: 'table' },
      { name: 'RAW.ORDERS', kind: 'table' },
    ]);
    assert.deepEqual(
      fields.map(({ name, type, nativeType }) => [name, type.kind, nativeType]),
      [
        ['ID', 'numeric', 'NUMBER(38,0)'],
        ['EMAIL', 'varchar', 'VARCHAR(320)'],
        ['fullName', 'text', 'VARCHAR(16777216)'],
        ['BALANCE', 'numeric', 'NUMBER(38,4)'],
        ['SCORE', 'float8', 'FLOAT'],
        ['IS_ACTIVE', 'boolean', 'BOOLEAN'],
        ['BORN', 'date', 'DATE'],
        ['UPDATED_AT', 'timestamp', 'TIMESTAMP_NTZ(9)'],
        ['DETAILS', 'jsonb', 'VARIANT'],
      ],
    );
    assert.deepEqual(key, ['ID']);
    assert.ok(cursorFields.includes('UPDATED_AT'));
    await assert.rejects(session.describe('RAW.NONE'), { kind: 'missing' });
  });

  test('leads to other tables by its foreign keys', async () => {
    await account.run(
      'create table RAW.LINES (A number(38,0), B number(38,0), primary key (A, B))',
      `create table PUBLIC.NOTES (X number(38,0), Y number(38,0), O number(38,0),
         foreign key (X, Y) references RAW.LINES (A, B), foreign key (O) references RAW.ORDERS (ID))`,
    );

    assert.deepEqual(await session.relations?.('RAW.ORDERS'), [
      { fields: ['CONTACT_ID'], object: 'RAW.CONTACTS', references: ['ID'] },
    ]);
    assert.deepEqual(await session.relations?.('RAW.CONTACTS'), []);
    assert.deepEqual(await session.relations?.('NOTES'), [
      { fields: ['X', 'Y'], object: 'RAW.LINES', references: ['A', 'B'] },
      { fields: ['O'], object: 'RAW.ORDERS', references: ['ID'] },
    ]);
    await account.run('drop table PUBLIC.NOTES', 'drop table RAW.LINES');
  });

  test('is read whole, in the order of its key, each value as it is', async () => {
    const { rows, position } = await readAll(session, { object: 'RAW.CONTACTS', key: ['ID'] });

    assert.equal(rows.length, 2_500);
    assert.deepEqual(rows[6], [
      ...['7', null, 'Person 7', '8.7500', '0.875', 'f', '1957-03-04'],
      ...['2026-01-01 00:02:00', '{"number": 7}'],
    ]);
    assert.deepEqual(
      rows.map(([id]) => Number(id)),
      Array.from({ length: 2_500 }, (_, at) => at + 1),
    );
    assert.equal(position, '{"isEnd":true}');
  });

  test('goes on where a batch ended', async () => {
    const request = { object: 'RAW.CONTACTS', key: ['ID'], batchRows: 700, fields: ['ID'] };
    const { batches } = await readAll(session, request);
    const { rows } = await readAll(session, { ...request, position: batches[1]!.position! });

    assert.equal(rows.length, 2_500 - 1_400);
    assert.deepEqual(rows[0], ['1401']);
  });

  test('tells what is new by a cursor, with ties and what came late, and nothing twice', async () => {
    await account.run(
      'create table RAW.NEWS (ID number(38,0) not null, AT timestamp_ntz(9), primary key (ID))',
    );
    const insert = (id: number, at: string) =>
      account.run(
        `insert into RAW.NEWS (ID, AT) select to_number('${id}', 38, 0), to_timestamp_ntz('${at}')`,
      );
    await insert(1, '2026-01-01 10:00:00');
    await insert(2, '2026-01-01 10:00:00');
    const request = { object: 'RAW.NEWS', key: ['ID'], cursorField: 'AT', fields: ['ID'] };
    const first = await readAll(session, request);
    await insert(3, '2026-01-01 10:00:00');
    await insert(4, '2026-01-01 09:58:00');
    await insert(5, '2026-01-01 10:00:00.000000001');

    const second = await readAll(session, { ...request, position: first.position! });
    const third = await readAll(session, { ...request, position: second.position! });

    assert.deepEqual(first.rows.flat(), ['1', '2']);
    assert.deepEqual(second.rows.flat().sort(), ['3', '4', '5']);
    assert.deepEqual(third.rows, []);
  });

  test('is read by a query of its own language', async () => {
    const query = 'select ID, "fullName" from RAW.CONTACTS order by ID limit 3;';

    const { rows, fields } = await readAll(session, { query });

    assert.deepEqual(
      fields.map(({ name }) => name),
      ['ID', 'fullName'],
    );
    assert.deepEqual(rows[2], ['3', 'Person 3']);
  });

  test('is asked for by pages', async () => {
    const ask = (cursor?: string) =>
      session.query({
        ...{ object: 'raw.contacts', fields: ['ID'], limit: 2, ...(cursor ? { cursor } : {}) },
        orderBy: [{ field: 'UPDATED_AT', descending: true }],
      });
    const first = await ask();
    const second = await ask(first.nextCursor);

    assert.deepEqual([...first.rows, ...second.rows].flat(), ['2499', '2500', '2496', '2497']);
  });
});

suite('values of Snowflake', () => {
  test('numbers and moments keep all that they say, wherever the server stands', async () => {
    await account.run(
      'create table RAW.EXACT (ID number(38,0), AT timestamp_ntz(9), ZONED timestamp_tz(9), B binary)',
      `insert into RAW.EXACT (ID, AT, ZONED, B) select to_number('9999999999999999', 38, 0),
         to_timestamp_ntz('9999-12-31 23:59:59.999999999'),
         to_timestamp_tz('2026-07-01 12:00:00.5 +02:00'), to_binary('00ff', 'HEX')`,
      `insert into RAW.EXACT (ID, AT) select to_number('1755445060952000000', 38, 0),
         to_timestamp_ntz('1969-12-31 23:59:59.5')`,
    );

    const { rows } = await readAll(session, { object: 'RAW.EXACT', key: ['ID'] });

    assert.deepEqual(rows, [
      [
        ...['9999999999999999', '9999-12-31 23:59:59.999999999'],
        ...['2026-07-01 10:00:00.5+00', '\\x00ff'],
      ],
      ['1755445060952000000', '1969-12-31 23:59:59.5', null, null],
    ]);
  });

  test('names are taken from the catalogue, as they are spelled there', async () => {
    await account.run(
      'create table RAW.CASED ("created_datetime" varchar, ID number(38,0), "pulseArmor" varchar)',
      `insert into RAW.CASED ("created_datetime", ID, "pulseArmor") select 'a', to_number('1'), 'b'`,
      'create table "RAW"."lower" ("a.b" varchar)',
    );

    const asked = { object: 'raw.cased', key: ['id'], fields: ['created_datetime', 'PULSEARMOR'] };
    const { rows } = await readAll(session, asked);
    const { fields } = await session.describe('RAW.lower');

    assert.deepEqual(rows, [['a', 'b']]);
    assert.deepEqual(
      fields.map(({ name }) => name),
      ['a.b'],
    );
  });
});
