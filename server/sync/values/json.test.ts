import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
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
const mood: FieldType = { kind: 'enum', name: 'mood', values: ['sad', 'ok', 'happy'] };

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

describe('a JSON value becomes a cell', () => {
  /** The type, the JSON value, the text that PostgreSQL would write. */
  const taken: [FieldType, Json, string][] = [
    [plain('boolean'), true, 't'],
    [plain('boolean'), 'no', 'f'],
    [plain('boolean'), 1, 't'],
    [plain('int4'), 5, '5'],
    [plain('int4'), '5.0', '5'],
    [plain('int2'), -0, '0'],
    [plain('int8'), 9007199254740991, '9007199254740991'],
    [plain('int8'), '-9223372036854775808', '-9223372036854775808'],
    [plain('numeric'), 0.1, '0.1'],
    [plain('numeric'), '1.50', '1.50'],
    [plain('numeric'), '-00.5e-3', '-0.0005'],
    [plain('numeric'), 'nan', 'NaN'],
    [plain('numeric'), '-inf', '-Infinity'],
    [numeric(5, 2), '123.450', '123.45'],
    [numeric(5, 2), 7, '7.00'],
    [numeric(2, -3), 99000, '99000'],
    [plain('float8'), 1e15, '1e+15'],
    [plain('float8'), 123456789012345, '123456789012345'],
    [plain('float8'), 0.00001, '1e-05'],
    [plain('float8'), '0.10000000000000001', '0.1'],
    [plain('float8'), -0, '-0'],
    [plain('float4'), 0.1, '0.1'],
    [plain('float4'), 0.10000000149011612, '0.1'],
    [plain('float4'), 1234567, '1.234567e+06'],
    [plain('text'), 5, '5'],
    [plain('text'), { a: 1 }, '{"a":1}'],
    [{ kind: 'varchar', length: 2 }, '😀é', '😀é'],
    [{ kind: 'bit', length: 3 }, '101', '101'],
    [plain('bytea'), 'AP8Q', String.raw`\x00ff10`],
    [plain('bytea'), String.raw`\x00FF`, String.raw`\x00ff`],
    [plain('date'), '2024-02-29', '2024-02-29'],
    [plain('timestamptz'), '2024-01-01T00:00:00+05:30', '2023-12-31 18:30:00+00'],
    [plain('timestamptz'), '2024-01-01T23:30:00.1234560000-01:00', '2024-01-02 00:30:00.123456+00'],
    [plain('timestamptz'), '2024-01-01', '2024-01-01 00:00:00+00'],
    [plain('timestamptz'), '0044-03-15 12:00:00+00 BC', '0044-03-15 12:00:00+00 BC'],
    [plain('timestamp'), '2024-12-31T24:00:00', '2025-01-01 00:00:00'],
    [plain('timestamp'), '2024-01-01T00:00:00.5Z', '2024-01-01 00:00:00.5'],
    [plain('time'), '12:30', '12:30:00'],
    [plain('timetz'), '12:30:00.5Z', '12:30:00.5+00'],
    [plain('timetz'), '12:30:00-03:30', '12:30:00-03:30'],
    [plain('interval'), 'P1Y2M3DT4H5M6.5S', '1 year 2 mons 3 days 04:05:06.5'],
    [plain('interval'), 'PT-0.5S', '-00:00:00.5'],
    [mood, 'happy', 'happy'],
    [
      plain('jsonb'),
      { bb: 1.5, a: ['x', null], é: '\n' },
      '{"a": ["x", null], "bb": 1.5, "é": "\\n"}',
    ],
    [plain('jsonb'), 1e21, '1000000000000000000000'],
    [arrayOf(plain('text')), ['a,b', null, 'null', ''], '{"a,b",NULL,"null",""}'],
    [arrayOf(arrayOf(plain('int4'))), [], '{}'],
    [arrayOf(plain('int4')), [[1], [2]], '{{1},{2}}'],
  ];

  test('as PostgreSQL would write it', async () => {
    for (const [type, json, text] of taken) {
      assert.deepEqual(fromJson(type, json), { text }, `${type.kind} ${JSON.stringify(json)}`);
    }
    const own = taken.filter(([type]) => type.kind !== 'array' || type.of.kind !== 'array');
    const literals = own.map(([type, , text]): [FieldType, string] => [
      type,
      `'${text.replaceAll("'", "''")}'`,
    ]);
    assert.deepEqual(
      await postgres.texts(literals),
      own.map(([, , text]) => text),
    );
  });

  const refused: [FieldType, Json][] = [
    [plain('boolean'), 'maybe'],
    [plain('boolean'), 'constructor'],
    [plain('int2'), 32768],
    [plain('int4'), 1.5],
    [plain('int4'), ''],
    [plain('int4'), true],
    [plain('int8'), 2 ** 53],
    [plain('int8'), '9223372036854775808'],
    [plain('int8'), 'Infinity'],
    [plain('numeric'), 1e20],
    [plain('numeric'), '1e999999'],
    [plain('numeric'), '0x10'],
    [numeric(5, 2), '1.005'],
    [numeric(5, 2), 1000],
    [numeric(5, 2), 'Infinity'],
    [numeric(2, -3), 100],
    [plain('float8'), '0.12345678901234567890'],
    [plain('float8'), '1e400'],
    [plain('float4'), 16777217],
    [plain('float4'), 0.123456789],
    [plain('text'), 'half \ud83d'],
    [{ kind: 'varchar', length: 2 }, 'abc'],
    [{ kind: 'bit', length: 3 }, '10'],
    [{ kind: 'varbit' }, '12'],
    [plain('bytea'), 'not base64!'],
    [plain('date'), '2023-02-29'],
    [plain('date'), '0000-00-00'],
    [plain('date'), '0000-01-01'],
    [plain('date'), '2024-01-01T10:00:00'],
    [plain('date'), 20240101],
    [plain('timestamptz'), '2024-01-01T00:00:00.1234567Z'],
    [plain('timestamptz'), '2024-01-01T25:00:00Z'],
    [plain('timestamptz'), '2024-01-01T00:00:00+16:00'],
    [plain('timestamp'), '0000-00-00 00:00:00'],
    [plain('timestamp'), '300000-01-01 00:00:00'],
    [plain('timestamp'), 1704067200],
    [plain('time'), '24:00:01'],
    [plain('uuid'), 'a0eebc99'],
    [plain('interval'), 'soon'],
    [plain('interval'), 'P'],
    [mood, 'meh'],
    [plain('jsonb'), { bio: 'a\u0000b' }],
    [plain('jsonb'), 'half \ud83d'],
    [arrayOf(plain('int4')), [1, 'x']],
    [arrayOf(plain('int4')), [[1], [2, 3]]],
    [arrayOf(plain('int4')), [[]]],
    [arrayOf(plain('int4')), [1, [2]]],
    [arrayOf(plain('int4')), 5],
  ];

  test('or a problem that says why, and never a changed value', () => {
    for (const [type, json] of refused) {
      const reading = fromJson(type, json);
      const shown = `${type.kind} ${JSON.stringify(json)} became ${JSON.stringify(reading)}`;
      assert.ok('problem' in reading && reading.problem.length > 5, shown);
    }
  });

  test('whose texts may hold what jsonb can not', () => {
    assert.deepEqual(fromJson(plain('text'), 'a\u0000b'), { text: 'a\u0000b' });
    assert.deepEqual(fromJson(plain('jsonb'), 'a\\u0000b'), { text: '"a\\\\u0000b"' });
  });

  test('or says of deep nesting that it is too deep', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));

    for (const kind of ['json', 'jsonb', 'text'])
      assert.ok('problem' in fromJson(plain(kind), deep));
  });

  test('whose numbers are exact where the JSON was parsed exactly', () => {
    const parsed = toJson(plain('json'), '[9007199254740993, 0.12345678901234567890123]') as Json[];

    assert.deepEqual(fromJson(plain('int8'), parsed[0]!), { text: '9007199254740993' });
    assert.deepEqual(fromJson(plain('numeric'), parsed[1]!), { text: '0.12345678901234567890123' });
    assert.deepEqual(fromJson(plain('text'), parsed[0]!), { text: '9007199254740993' });
    assert.deepEqual(fromJson(plain('jsonb'), parsed), {
      text: '[9007199254740993, 0.12345678901234567890123]',
    });
    assert.ok('problem' in fromJson(plain('float8'), parsed[1]!));
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
  assert.deepEqual(fromTransformed(plain('jsonb'), '{"n": 1}', { n: 1, m: 2 }), {
    text: '{"m": 2, "n": 1}',
  });
  assert.deepEqual(fromTransformed(plain('jsonb'), 'null', null), { text: 'null' });
});

test('random numbers, moments and JSON come back from PostgreSQL as we would write them', async () => {
  const cells: [FieldType, Json][] = fc
    .sample(
      fc.oneof(
        fc
          .double()
          .map((value): [FieldType, Json] => [
            plain('float8'),
            Number.isFinite(value) ? value : String(value),
          ]),
        fc
          .float({ noNaN: true, noDefaultInfinity: true })
          .map((value): [FieldType, Json] => [plain('float4'), value]),
        fc
          .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
          .map((value): [FieldType, Json] => [plain('int8'), `${value}`]),
        fc
          .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
          .map((value): [FieldType, Json] => [plain('timestamptz'), value.toISOString()]),
        fc
          .json({ noUnicodeString: false } as object)
          .map((text): [FieldType, Json] => [plain('jsonb'), JSON.parse(text)]),
        fc
          .uint8Array({ maxLength: 20 })
          .map((bytes): [FieldType, Json] => [
            plain('bytea'),
            Buffer.from(bytes).toString('base64'),
          ]),
        fc
          .array(fc.option(fc.string({ unit: 'grapheme', maxLength: 6 })))
          .map((texts): [FieldType, Json] => [arrayOf(plain('text')), texts]),
      ),
      { numRuns: 2_000, seed: 20_261_129 },
    )
    .filter(([, json]) => !JSON.stringify(json).includes('\\u0000'));
  const readings = cells.map(([type, json]) => fromJson(type, json));
  const read = cells.flatMap(([type, json], index) => {
    const reading = readings[index]!;
    return 'text' in reading && reading.text !== null ? [{ type, json, text: reading.text }] : [];
  });
  assert.ok(read.length > cells.length * 0.9);

  const own = await postgres.canonical(read.map(({ type, text }) => [type, text]));

  const wrong = read.filter(({ text }, index) => text !== own[index]);
  assert.deepEqual(wrong.slice(0, 5), []);
  const lost = read.filter(({ type, json, text }) => {
    return !isDeepStrictEqual(JSON.parse(toJsonText(type, text)), JSON.parse(JSON.stringify(json)));
  });
  // A single has a shorter spelling than the double that equals it; a timestamp has no zeros at its end.
  const exact = lost.filter(({ type }) => type.kind !== 'timestamptz' && type.kind !== 'float4');
  assert.deepEqual(exact.slice(0, 5), []);
});
