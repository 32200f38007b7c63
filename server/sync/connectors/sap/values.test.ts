import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExactly } from '../../values/exact-json.ts';
import type { FieldType } from '../../values/types.ts';
import { fieldOf, type SapField } from './fields.ts';
import { cellOf, jsonOf, literalOf } from './values.ts';

function field(edm: string, facets: Record<string, string> = {}, version: 'v2' | 'v4' = 'v2') {
  return fieldOf(
    { Name: 'Field', Type: edm, ...facets },
    {
      ...{ version, isKey: false, isEnum: false, isComputed: false },
      ...{ isFilterable: true, isSortable: true, label: undefined, refersTo: undefined },
    },
  );
}

const day = field('Edm.DateTime', { 'display-format': 'Date' });
const time = field('Edm.DateTime');
const instant = field('Edm.DateTimeOffset', { Precision: '7' });
const clock = field('Edm.Time');
const amount = field('Edm.Decimal', { Precision: '15', Scale: '2' });

test('values of the second version are read as they are meant', () => {
  const read = [
    [time, '/Date(1734000000000+0000)/', '2024-12-12 10:40:00'],
    [instant, '/Date(1734000000000+0060)/', '2024-12-12 10:40:00+00'],
    [instant, '/Date(1734000000000-0720)/', '2024-12-12 10:40:00+00'],
    [time, '/Date(-1)/', '1969-12-31 23:59:59.999'],
    [time, '/Date(253402300799999)/', '9999-12-31 23:59:59.999'],
    [day, '/Date(1734048000000)/', '2024-12-13'],
    [day, '/Date(-62135596800000)/', '0001-01-01'],
    [clock, 'PT14H00M00S', '14:00:00'],
    [clock, 'PT5M', '00:05:00'],
    [amount, '1234567890123.45', '1234567890123.45'],
    [amount, '12.5M', '12.50'],
    [field('Edm.Int64'), '9223372036854775807', '9223372036854775807'],
    [field('Edm.Double'), '1.5E-3', '0.0015'],
    [field('Edm.Double', {}, 'v4'), 'INF', 'Infinity'],
    [field('Edm.Binary'), '_-8=', '\\xffef'],
  ] as const satisfies readonly (readonly [SapField, string, string])[];

  for (const [of, json, text] of read) assert.deepEqual(cellOf(of, json), { text }, json);
});

test('a large number is read digit by digit', () => {
  const of = field('Edm.Int64', {}, 'v4');

  for (const text of ['1755445060952000000', '9007199254740993', '-9223372036854775808']) {
    assert.deepEqual(cellOf(of, parseExactly(text)), { text });
  }
});

test('what a type does not hold is told, and not made fit', () => {
  const wrong = [
    [day, '/Date(1734000000000)/', /not a day/],
    [time, '/Date(x)/', /is no timestamp/],
    [clock, 'PT', /is no time/],
    [amount, '1.234', /more than 2 digits/],
  ] as const;

  for (const [of, json, problem] of wrong) {
    const read = cellOf(of, json);
    assert.match('problem' in read ? read.problem : '', problem);
  }
});

test('values are written as each version takes them, and never shortened', () => {
  const stamp = { kind: 'timestamptz' } as const;
  const text = { kind: 'text' } as const;
  const numeric = { kind: 'numeric' } as const;
  const written = (of: SapField, version: 'v2' | 'v4', from: FieldType, cell: string | null) => {
    const said = jsonOf(of, version, from, cell);
    return 'problem' in said ? said.problem : JSON.stringify(said.json);
  };
  const v4Amount = field('Edm.Decimal', { Precision: '20', Scale: '2' }, 'v4');

  assert.equal(written(amount, 'v2', numeric, '12.5'), '"12.50"');
  assert.equal(written(v4Amount, 'v4', numeric, '123456789012345678.25'), '123456789012345678.25');
  assert.equal(written(amount, 'v2', numeric, '12.345'), 'has more than 2 digits after the point');
  assert.equal(written(day, 'v2', text, '1969-12-31'), '"/Date(-86400000)/"');
  assert.equal(
    written(instant, 'v2', stamp, '2024-12-12 10:40:00.5+00'),
    '"/Date(1734000000500+0000)/"',
  );
  assert.match(written(instant, 'v2', stamp, '2024-12-12 10:40:00.0005+00'), /more than 3 digits/);
  assert.equal(written(clock, 'v2', text, '14:00'), '"PT14H00M00S"');
  assert.match(written(field('Edm.String', { MaxLength: '3' }), 'v2', text, 'four'), /3/);
  assert.match(written(field('Edm.String', { Nullable: 'false' }), 'v2', text, null), /empty/);
  assert.match(written(time, 'v2', stamp, 'infinity'), /does not hold/);
});

test('a value stands in an address as its version spells it', () => {
  assert.equal(literalOf(field('Edm.String'), 'v2', "O'Neil"), "'O''Neil'");
  assert.equal(literalOf(amount, 'v2', '12.50'), '12.50M');
  assert.equal(literalOf(amount, 'v4', '12.50'), '12.50');
  assert.equal(literalOf(day, 'v2', '2024-12-13'), "datetime'2024-12-13T00:00:00'");
  assert.equal(
    literalOf(instant, 'v2', '2024-12-12 10:40:00+00'),
    "datetimeoffset'2024-12-12T10:40:00Z'",
  );
  assert.equal(literalOf(clock, 'v2', '14:00:00'), "time'PT14H00M00S'");
  assert.equal(literalOf(field('Edm.Int64'), 'v2', '5'), '5L');
  assert.equal(literalOf(amount, 'v2', 'NaN'), undefined);
});
