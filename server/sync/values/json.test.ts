import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fromJson, fromTransformed, toJson, toJsonText } from './json.ts';
import { openReference, type Reference } from './testing/reference.ts';
import type { FieldType, Json } from './types.ts';

let postgres: Reference;
before(async () => {
  postgres = await openReference();
});
after(() => postgres.close());

const plain = (kind: string) => ({ kind }) as FieldType;
const arrayOf = (of: FieldType): FieldType => ({ kind: 'array', of });
const numeric = (precision: number, scale: number): FieldType => ({
  kind: 'numeric',
  precision,
  scale,
});

describe('the JSON form of what PostgreSQL writes', () => {
  /** The type, what PostgreSQL is asked for, the JSON form. */
  const forms: [FieldType, string, Json][] = [
    [plain('boolean'), 'true', true],
    [plain('boolean'), 'false', false],
    [plain('int2'), '-32768', -32768],
    [plain('int4'), '2147483647', 2147483647],
    [plain('int8'), '9223372036854775807', '9223372036854775807'],
    [plain('float8'), "'0.1'", 0.1],
    [plain('float8'), "'1e300'", 1e300],
    [plain('float8'), "'NaN'", 'NaN'],
    [plain('float4'), "'-Infinity'", '-Infinity'],
    [plain('float4'), "'0.1'", 0.1],
    [plain('numeric'), "'1884518522.1684267241'", '1884518522.1684267241'],
    [plain('numeric'), "'1e5'", '100000'],
    [numeric(12, 4), "'1.5'", '1.5000'],
    [plain('text'), "'5'", '5'],
    [plain('bytea'), String.raw`'\x00ff10'`, 'AP8Q'],
    [plain('bytea'), "''", ''],
    [plain('date'), "'2024-02-29'", '2024-02-29'],
    [plain('date'), "'0044-03-15 BC'", '0044-03-15 BC'],
    [plain('date'), "'infinity'", 'infinity'],
    [plain('timestamptz'), "'2024-01-01T00:00:00+05:30'", '2023-12-31T18:30:00Z'],
    [plain('timestamptz'), "'2024-01-01 00:00:00.123456+00'", '2024-01-01T00:00:00.123456Z'],
    [plain('timestamptz'), "'0044-03-15 12:00:00+00 BC'", '0044-03-15 12:00:00+00 BC'],
    [plain('timestamptz'), "'-infinity'", '-infinity'],
    [plain('timestamptz'), "'12024-01-01 00:00:00+00'", '12024-01-01 00:00:00+00'],
    [plain('timestamp'), "'2024-01-01 10:00:00.5'", '2024-01-01T10:00:00.5'],
    [plain('time'), "'24:00:00'", '24:00:00'],
    [plain('timetz'), "'12:34:56+02'", '12:34:56+02'],
    [plain('interval'), "'1 year -2 days 3 hours'", '1 year -2 days +03:00:00'],
    [plain('uuid'), "'A0EEBC999C0B4EF8BB6D6BB9BD380A11'", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    [plain('json'), `'{"a": [1, null]}'`, { a: [1, null] }],
    [plain('jsonb'), `'"text"'`, 'text'],
    [arrayOf(plain('int8')), "'{1,NULL,9007199254740993}'", ['1', null, '9007199254740993']],
    [
      arrayOf(plain('int4')),
      "'{{1,2},{3,4}}'",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [arrayOf(plain('int4')), "'[0:1]={1,2}'", [1, 2]],
    [
      arrayOf(plain('text')),
      `array['a,b', '"', '\\', 'NULL', null, '', ' {} ']`,
      ['a,b', '"', '\\', 'NULL', null, '', ' {} '],
    ],
    [arrayOf(plain('jsonb')), `array['{"a":"\\"x"}'::jsonb, null]`, [{ a: '"x' }, null]],
    [arrayOf(plain('timestamptz')), "'{2024-01-01 00:00:00+00}'", ['2024-01-01T00:00:00Z']],
    [{ kind: 'other', name: 'int4range' }, "'[1,5)'", '[1,5)'],
  ];

  test('follows the type', async () => {
    const texts = await postgres.texts(forms.map(([type, literal]) => [type, literal]));

    const said = forms.map(([type], index) => toJson(type, texts[index]!));
    assert.deepEqual(
      said,
      forms.map(([, , json]) => json),
    );
  });

  test('is the same when it is written as text at once', async () => {
    const texts = await postgres.texts(forms.map(([type, literal]) => [type, literal]));

    for (const [index, [type, , json]] of forms.entries()) {
      assert.deepEqual(JSON.parse(toJsonText(type, texts[index]!)), json);
    }
    assert.equal(toJsonText(plain('int4'), null), 'null');
  });

  test('leads back to the cell that it came from', async () => {
    const texts = await postgres.texts(forms.map(([type, literal]) => [type, literal]));

    for (const [index, [type, literal]] of forms.entries()) {
      const text = texts[index]!;
      if (text.startsWith('[0:1]') || type.kind === 'json') continue;
      assert.deepEqual(fromJson(type, toJson(type, text)), { text }, `${type.kind} ${literal}`);
    }
  });

  test('keeps numbers inside JSON that JavaScript can not hold', () => {
    const text =
      '{"id": 9007199254740993, "tiny": 0.1234567890123456789, "sum": 1e400, "plain": 1.50}';

    const json = toJson(plain('jsonb'), text);
    const written = '{"id":9007199254740993,"tiny":0.1234567890123456789,"sum":1e400,"plain":1.5}';
    assert.equal(JSON.stringify(json), written);
    assert.equal(toJsonText(plain('jsonb'), text), text);
    assert.equal(toJsonText(plain('json'), '{"a":\n1}'), '{"a":1}');
  });
});

test('what a transform did not touch keeps its cell, and what it changed is read', () => {
  const cell = '{"id": 9007199254740993, "n": 1.50}';
  const passed = JSON.parse(toJsonText(plain('jsonb'), cell));

  assert.deepEqual(fromTransformed(plain('jsonb'), cell, passed), { text: cell });
  assert.deepEqual(fromTransformed(plain('float8'), '-0', 0), { text: '-0' });
  assert.deepEqual(fromTransformed(plain('int4'), '5', 6), { text: '6' });
  assert.deepEqual(fromTransformed(plain('int4'), '5', null), { text: null });
  assert.deepEqual(fromTransformed(plain('int4'), null, null), { text: null });
  const exact = '{"id": 9007199254740993, "n": [1.2345678901234567890123, 1e400, 5]}';
  const rounded = { more: true, n: [{ moved: '1e400' }, 1.2345678901234567], id: 9007199254740992 };
  assert.deepEqual(fromTransformed(plain('json'), exact, rounded), {
    text: '{"more":true,"n":[{"moved":1e400},1.2345678901234567890123],"id":9007199254740993}',
  });
  const twins = '{"a": 9007199254740993, "b": 9007199254740992}';
  const both = { b: 9007199254740992, a: 9007199254740992, more: 1 };
  assert.deepEqual(fromTransformed(plain('json'), twins, both), {
    text: '{"b":9007199254740992,"a":9007199254740993,"more":1}',
  });
  assert.ok('problem' in fromTransformed(plain('json'), twins, { c: 9007199254740992 }));
  assert.deepEqual(fromTransformed(plain('jsonb'), '{"n": 1}', { n: 1, m: 2 }), {
    text: '{"m": 2, "n": 1}',
  });
  assert.deepEqual(fromTransformed(plain('jsonb'), 'null', null), { text: 'null' });
});

test('one result of a transform is a list of one where a list is to be', () => {
  const tags = arrayOf(plain('text'));

  assert.deepEqual(fromTransformed(tags, '{a,b}', 'a'), { text: '{a}' });
  assert.deepEqual(fromTransformed(tags, null, ['a', 'b']), { text: '{a,b}' });
  assert.deepEqual(fromTransformed(tags, '{a}', null), { text: null });
  assert.deepEqual(fromTransformed(arrayOf(plain('jsonb')), null, { n: 1 }), {
    text: '{"{\\"n\\": 1}"}',
  });
  assert.ok('problem' in fromTransformed(arrayOf(plain('int4')), null, 'x'));
});
