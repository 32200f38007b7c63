import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Batch } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { toJsonText } from '../values/json.ts';
import type { Cell, FieldType, Row } from '../values/types.ts';
import { partsOf, Telling } from './lines.ts';

const sandbox = new Sandbox({ processes: 1, recordMilliseconds: 60_000 });
after(() => sandbox.close());

const plain = (kind: string) => ({ kind }) as FieldType;
const array = (of: FieldType): FieldType => ({ kind: 'array', of });

/** A type and cells of it, among them those that are special to COPY, to JSON or to JavaScript. */
const cells: readonly [FieldType, readonly string[]][] = [
  [plain('boolean'), ['t', 'f', '7']],
  [plain('int4'), ['0', '-2147483648', '2147483647']],
  [plain('int8'), ['9223372036854775807']],
  [plain('float8'), ['1e-05', '1.7976931348623157e+308', 'NaN', '-Infinity', '-0']],
  [plain('numeric'), ['0.10', 'NaN', '12345678901234567890.12345']],
  [plain('text'), ['', 'a\tb\nc\\d\re\bf\fg\v', '\\N', '\\x41', 'null', '"', '\u2028é😀', ' \0 ']],
  [
    plain('timestamptz'),
    ['2024-01-01 00:00:00.123456+00', '0044-03-15 12:00:00+00 BC', 'infinity'],
  ],
  [plain('timestamp'), ['2024-01-01 00:00:00', '-infinity']],
  [plain('date'), ['2024-02-29', '0044-03-15 BC']],
  [plain('bytea'), ['\\x00ff5c0a', '\\x']],
  [plain('json'), ['{"a": [1, "x\\ty"]}', 'null', '-0', '{"__proto__": 1}\n']],
  [plain('jsonb'), ['{"n": 12345678901234567890}']],
  [array(plain('int4')), ['{1,NULL,3}', '{}']],
  [array(plain('text')), ['{"a,b","c\\\\d",NULL,"NULL"}']],
  [array(plain('timestamptz')), ['{"2024-01-01 00:00:00+00"}']],
];

const fieldsOf = (types: readonly FieldType[]): Field[] =>
  types.map((type, at) => ({
    name: at === 0 ? '__proto__' : `f${at}`,
    type,
    nativeType: '',
    isNullable: true,
    isWritable: true,
  }));

test('A transform sees of a line what JSON says of its cells', async () => {
  const fields = fieldsOf(cells.map(([type]) => type));
  const longest = Math.max(...cells.map(([, own]) => own.length));
  const rows: Row[] = Array.from({ length: longest + 1 }, (_, nth) =>
    cells.map(([, own]): Cell => own[nth] ?? null),
  );
  const [part] = [...partsOf(Batch.ofRows(rows))];
  assert.ok(part);

  const { text, errors } = await sandbox.runRecords({
    organization: 1,
    key: 'seen',
    type: 'javascript',
    code: 'module.exports = (r) => ({ keys: Object.keys(r), own: { ...r } })',
    records: new Telling(fields).recordsOf(part),
  });

  assert.deepEqual(errors, []);
  const names = fields.map(({ name }) => name);
  const expected = rows.map((row) => {
    const members = cells.map(
      ([type], at) => `${JSON.stringify(names[at])}:${toJsonText(type, row[at] ?? null)}`,
    );
    return JSON.parse(`{"keys":${JSON.stringify(names)},"own":{${members.join()}}}`);
  });
  // On its way back JSON has no negative zero.
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(expected)));
});

test('What of lines is not as it was comes out in groups, and nothing of a record that fails', async () => {
  const fields = fieldsOf([plain('int4'), plain('text'), plain('text'), plain('jsonb')]);
  const rows = Array.from({ length: 8 }, (_, n): Row => [`${n}`, 'a', null, '{"k": 1}']);
  const [part] = [...partsOf(Batch.ofRows(rows))];
  assert.ok(part);
  const code = `module.exports = (r) => {
    const n = r.__proto__;
    const { f3, ...rest } = r;
    if (n === 2) return { ...rest, f1: 'c', f2: NaN, f3: null };
    if (n === 3) return { ...rest, f1: 'c', f3: null, get f2() { throw new Error('seen') } };
    if (n === 4) { r.f3.k = 2; return r }
    if (n === 5) return [{ ...rest, f1: 'e', f3: null }, { ...rest, f1: 'f', f3: null }];
    if (n === 6) { delete r.f2; return r }
    return { ...rest, f1: 'b' + n, f3: null };
  }`;

  const { text, errors, sources } = await sandbox.runRecords({
    organization: 1,
    key: 'groups',
    type: 'javascript',
    code,
    isChangesOnly: true,
    records: new Telling(fields).recordsOf(part),
  });

  assert.deepEqual(
    errors.map(({ index }) => index),
    [2, 3],
  );
  assert.deepEqual(sources, [0, 1, 4, 5, 5, 6, 7]);
  assert.deepEqual(JSON.parse(text), [
    [['f1', 'f3'], [], 2, ['b0', null, 'b1', null]],
    [['f3'], [], 1, [{ k: 2 }]],
    [['f1', 'f3'], [], 2, ['e', null, 'f', null]],
    [['f3'], ['f2'], 1, [{ k: 1 }]],
    [['f1', 'f3'], [], 1, ['b7', null]],
  ]);
});

test('The parts of a batch are all of its lines, wherever they are cut', () => {
  const long = 'x'.repeat(700_000);
  const batches: Row[][] = [
    [],
    [['']],
    [[''], ['']],
    [['a'], ['']],
    Array.from({ length: 7 }, (_, n) => [`${n}${long}`]),
    [[long], [''], [long], [long], ['']],
  ];
  for (const rows of batches) {
    const parts = [...partsOf(Batch.ofRows(rows))];
    assert.deepEqual(
      parts.flatMap(({ lines }) => lines.map((line) => [line])),
      rows,
    );
    for (const { from, lines, bytes } of parts) {
      assert.equal(lines[0], rows[from]?.[0]);
      assert.equal(bytes.toString(), lines.join('\n'));
    }
    if (rows.length === 7) assert.ok(parts.length > 1);
  }
});
