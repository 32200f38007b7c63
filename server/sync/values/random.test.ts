import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { fromJson, toJsonText } from './json.ts';
import { openReference, type Reference } from './testing/reference.ts';
import type { FieldType, Json } from './types.ts';

let postgres: Reference;
before(async () => {
  postgres = await openReference();
});
after(() => postgres.close());

const plain = (kind: string) => ({ kind }) as FieldType;
const arrayOf = (of: FieldType): FieldType => ({ kind: 'array', of });
test('random numbers, moments and JSON come back from PostgreSQL as we would write them', async () => {
  const cells = sampled();
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

function sampled(): [FieldType, Json][] {
  return fc
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
          .json({ stringUnit: 'grapheme' })
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
}
