import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fromJson, toJson } from './json.ts';
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

  test('in time that grows with its length only, whatever it is', () => {
    const long = 1_000_000;
    const hostile: [string, string][] = [
      ['char', `${' '.repeat(long)}x`],
      ['interval', '1 '.repeat(long)],
      ['interval', `${'1'.repeat(long)}x`],
      ['timestamptz', `2024-01-01T00:00:00.${'0'.repeat(long)}x`],
      ['numeric', `${'0'.repeat(long)}x`],
      ['float8', '1'.repeat(long)],
      ['time', `12:00:00.${'0'.repeat(long)}x`],
      ['uuid', 'a'.repeat(long)],
      ['bytea', '='.repeat(long)],
      ['boolean', ' '.repeat(long)],
    ];

    // Squared, a million would take hours.
    for (const [kind, text] of hostile) {
      assert.ok('problem' in fromJson({ kind, length: 5 } as FieldType, text), kind);
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
