import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Description, Field, QueryRequest } from '../../connectors/connector.ts';
import { matches } from '../../filters/matches.ts';
import type { FieldType, Row } from '../../values/types.ts';
import { Presence } from './presence.ts';

const field = (name: string, type: FieldType): Field => {
  return { name, type, nativeType: type.kind, isNullable: true, isWritable: true };
};

/** A system that has these records, and answers `limit` of those that it looks at. */
function holding(fields: readonly Field[], rows: readonly Row[], pages = 1) {
  let asked = 0;
  return {
    asked: () => asked,
    describe: async (name: string): Promise<Description> => ({
      name,
      fields,
      key: [],
      cursorFields: [],
    }),
    query: async ({ fields: names = [], filter, cursor = '0' }: QueryRequest) => {
      asked += 1;
      const found = rows.filter((row) => !filter || matches(filter)(row));
      const places = names.map((name) => fields.findIndex((one) => one.name === name));
      const next = Number(cursor) + 1;
      return {
        fields: names.flatMap((name) => fields.filter((one) => one.name === name)),
        rows: found.map((row) => places.map((place) => row[place] ?? null)),
        ...(next < pages ? { nextCursor: String(next) } : {}),
      };
    },
  };
}

const own = [field('ID', { kind: 'int8' }), field('Price', { kind: 'numeric' })];
const given = [field('id', { kind: 'int4' }), field('price', { kind: 'numeric' })];
const asked = { object: 'things', key: ['id'], delete: 'hard' as const };

test('records are found by their key, and known to be the same however they are spelled', async () => {
  const presence = new Presence(
    holding(own, [
      ['1', '1.50'],
      ['2', '2'],
    ]),
    asked,
  );

  const found = await presence.find(given, [
    ['1', '1.5'],
    ['2', '3'],
    ['3', '1'],
    [null, '1'],
  ]);

  const members = found?.map((one) => one && Object.fromEntries(one.members()));
  assert.deepEqual(members, [{ id: '1', price: '"1.5"' }, { id: '2', price: '"2"' }, null, null]);
  assert.deepEqual(
    found?.map((one) => one?.isSame),
    [true, false, undefined, undefined],
  );
});

test('one that is marked as gone is not there', async () => {
  const marked = [...own, field('deleted_at', { kind: 'timestamptz' })];
  const rows = [
    ['1', '1', '2026-01-01 00:00:00+00'],
    ['2', '2', null],
  ];
  const presence = new Presence(holding(marked, rows), { ...asked, delete: 'mark' });

  const found = await presence.find(given, [
    ['1', '1'],
    ['2', '2'],
  ]);

  assert.deepEqual(
    found?.map((one) => one !== null),
    [false, true],
  );
});

test('a system that would be read as a whole is not asked again', async () => {
  const system = holding(own, [], 1_000);
  const presence = new Presence(system, asked);

  const found = [
    await presence.find(given, [['1', '1']]),
    await presence.find(given, [['2', '1']]),
  ];

  assert.deepEqual(found, [undefined, undefined]);
  assert.ok(system.asked() < 100);
});
