import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { compare, comparisonOf } from './compare.ts';
import { parseExactly } from './exact-json.ts';
import { inferType } from './infer.ts';
import { openReference, type Reference, sqlName } from './testing/reference.ts';
import type { FieldType, Json } from './types.ts';

let postgres: Reference;
before(async () => {
  postgres = await openReference();
});
after(() => postgres.close());

const kind = (name: string) => ({ kind: name }) as FieldType;
const n40 = '1234567890123456789012345678901234567890';

/** Texts of each type in the order that PostgreSQL has them, `=` before one that equals the last. */
const ordered: [FieldType, string[]][] = [
  [kind('boolean'), ['f', 't']],
  [kind('int2'), ['-32768', '-1', '0', '9', '10']],
  [kind('int8'), ['-9223372036854775808', '9007199254740992', '9007199254740993']],
  [
    kind('numeric'),
    [
      '-Infinity',
      `-${n40}`,
      '-0.2',
      '-0.19',
      '0',
      '=0.00',
      '1e-40',
      '0.1',
      '=0.10',
      '9',
      '10',
      n40,
      `${n40}.1`,
      'Infinity',
      'NaN',
    ],
  ],
  [kind('float4'), ['-Infinity', '-1', '0', '=-0', '1e-45', '0.1', 'Infinity', 'NaN']],
  [kind('float8'), ['-1e+300', '0', '5e-324', '0.1', '0.1000000000000001', 'NaN']],
  [kind('text'), ['', ' ', '10', '9', 'A', 'a', 'a ', 'aa', 'é', 'ｚ', '\uffff', '😀']],
  [{ kind: 'char', length: 5 }, ['', '=     ', 'ab', '=ab   ', 'abc']],
  [kind('bytea'), ['\\x', '\\x00', '\\x0000', '\\x01', '\\xff']],
  [
    kind('date'),
    [
      '-infinity',
      '4713-01-01 BC',
      '0044-03-15 BC',
      '0001-01-01',
      '9999-12-31',
      '10000-01-01',
      'infinity',
    ],
  ],
  [
    kind('timestamp'),
    [
      '0002-01-01 00:00:00 BC',
      '0001-12-31 00:00:00 BC',
      '2024-01-01 00:00:00',
      '2024-01-01 00:00:00.000001',
      'infinity',
    ],
  ],
  [
    kind('timestamptz'),
    [
      '-infinity',
      '2024-01-01 00:00:00+00',
      '=2024-01-01 05:30:00+05:30',
      '2024-01-01 00:00:00-00:01',
    ],
  ],
  [kind('time'), ['00:00:00', '09:00:00.5', '24:00:00']],
  [kind('timetz'), ['12:00:00+03', '11:00:00+01', '10:00:00+00', '08:00:00-02', '11:00:00+00']],
  [
    kind('interval'),
    [
      '-1 days',
      '00:00:00',
      '23:59:59',
      '1 day',
      '=24:00:00',
      '1 mon',
      '=30 days',
      '1 year',
      '365 days',
    ],
  ],
  [kind('uuid'), ['00000000-0000-0000-0000-000000000000', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']],
  [{ kind: 'varbit' }, ['', '0', '00', '01', '1', '10']],
  [{ kind: 'enum', name: 'mood', values: ['sad', 'ok', 'happy'] }, ['sad', 'ok', 'happy']],
];

describe('two cells of a type', () => {
  test('compare as they do in PostgreSQL', async () => {
    for (const [type, marked] of ordered) {
      const texts = marked.map((text) => text.replace(/^=/, ''));
      const name = sqlName(type);
      const collation = ['text', 'char'].includes(type.kind) ? 'collate "C"' : '';
      const signs = await postgres.rows(
        `select case when a = b then 0 when a < b then -1 else 1 end
           from (select i, t::${name} ${collation} a from unnest($1::text[]) with ordinality o(t, i)) one,
                (select i, t::${name} ${collation} b from unnest($1::text[]) with ordinality o(t, i)) other
          order by one.i, other.i`,
        [texts],
      );

      const own = texts.flatMap((one) =>
        texts.map((other) => Math.sign(compare(type, one, other)!)),
      );
      assert.deepEqual(
        own,
        signs.map(([sign]) => Number(sign)),
        name,
      );
      const steps = texts.slice(1).map((text, at) => Math.sign(compare(type, texts[at]!, text)!));
      assert.deepEqual(
        steps,
        marked.slice(1).map((text) => (text.startsWith('=') ? 0 : -1)),
        name,
      );
    }
  });

  test('have no order where their type has none', () => {
    for (const type of ['json', 'jsonb', 'xml'])
      assert.equal(compare(kind(type), '1', '2'), undefined);
    assert.equal(compare({ kind: 'array', of: kind('int4') }, '{1}', '{2}'), undefined);
    assert.equal(compare({ kind: 'other', name: 'point' }, '(0,0)', '(0,1)'), undefined);
    for (const text of ['x', '', '1x']) {
      for (const type of ['int2', 'int8', 'numeric', 'float8', 'date', 'interval']) {
        assert.equal(compare(kind(type), text, text), undefined, `${type} ${text}`);
      }
    }
    assert.equal(compare(kind('date'), '2024-01-01', '0000-00-00'), undefined);
  });

  test('of jsonb are equal whatever their spelling', async () => {
    const json = () => fc.json({ maxDepth: 3 });
    const pairs = fc
      .sample(fc.tuple(json(), json()), { numRuns: 300, seed: 7 })
      .flatMap(([one, other]) => [
        [one, other],
        [one, JSON.stringify(JSON.parse(one), null, 2)],
      ])
      .concat([
        ['1', '1.0'],
        ['1e2', '100'],
        ['{"a":1,"b":2}', '{"b":2,"a":1}'],
        ['9007199254740993', '9007199254740992'],
        ['[]', '{}'],
      ])
      .filter((pair) => !pair.join().includes('\\u0000') && !pair.join().includes('\\ud'));

    const signs = await postgres.rows(
      'select a::jsonb = b::jsonb from unnest($1::text[], $2::text[]) o(a, b)',
      [pairs.map(([one]) => one), pairs.map(([, other]) => other)],
    );

    const { read, compare: order } = comparisonOf(kind('jsonb'))!;
    assert.equal(read('{'), undefined);
    assert.equal(read('['.repeat(50_000) + ']'.repeat(50_000)), undefined);
    assert.equal(read(`${'['.repeat(50_000)}9007199254740993${']'.repeat(50_000)}`), undefined);
    const own = pairs.map(([one, other]) => (order(read(one!), read(other!)) === 0 ? 't' : 'f'));
    assert.deepEqual(
      own,
      signs.map(([sign]) => sign),
    );
  });
});

test('the type of JSON values is one that holds them all', () => {
  const inferred: [string, string][] = [
    ['[]', 'text'],
    ['[null, null]', 'text'],
    ['[true, null]', 'boolean'],
    ['[1, -5, 9007199254740993]', 'int8'],
    ['[1, 99999999999999999999]', 'numeric'],
    ['[1, 1.5]', 'numeric'],
    ['[0.12345678901234567890]', 'numeric'],
    ['[1e300, 0.5]', 'float8'],
    ['["2024-01-01", "5"]', 'text'],
    ['[1, "x"]', 'jsonb'],
    ['[true, 1]', 'jsonb'],
    ['[{"a": 1}, [1]]', 'jsonb'],
  ];

  for (const [text, type] of inferred) {
    assert.equal(inferType(parseExactly(text) as Json[]).kind, type, text);
  }
});
