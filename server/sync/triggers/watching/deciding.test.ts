import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide, type Kind, type Manner, type Seen } from './deciding.ts';
import { type Compared, Hashes } from './hashes.ts';

const field = (name: string) => ({
  ...{ name, type: { kind: 'text' } as const, nativeType: 'text' },
  ...{ isNullable: true, isWritable: true },
});
const key = Buffer.alloc(32);
const hashesOf = (names: readonly string[], compared: Compared) =>
  new Hashes(key, names.map(field), compared);
const all: Compared = { kind: 'all' };
const one: Compared = { kind: 'field', name: 'name' };
const whole = (...cells: string[]) => hashesOf(['id', 'name'], all).fields(cells);
const named = (...cells: string[]) => hashesOf(['id', 'name'], one).fields(cells);
const wider = (...cells: string[]) => hashesOf(['id', 'name', 'place'], all).fields(cells);

const seen = (fields: Buffer | null, isBaseline = false): Seen => ({ fields, isBaseline });
type Case = [
  what: string,
  kind: Kind,
  now: Buffer | null,
  before: Seen | undefined,
  manner: Manner,
  compared: Compared | undefined,
  happened: string | undefined,
];

const cases: Case[] = [
  ['was there at the beginning', 'there', null, undefined, 'beginning', undefined, undefined],
  ['was not seen before', 'there', null, undefined, 'since', undefined, 'created'],
  ['was seen before', 'there', null, seen(null), 'since', undefined, undefined],
  ['is told as new', 'new', null, undefined, 'since', undefined, 'created'],
  ['is told as new once more', 'new', null, seen(null), 'since', undefined, undefined],
  ['is new, but was read late', 'new', null, seen(null, true), 'since', undefined, 'created'],
  ['is as it was', 'there', whole('1', 'a'), seen(whole('1', 'a')), 'since', all, undefined],
  ['is another', 'there', whole('1', 'b'), seen(whole('1', 'a')), 'since', all, 'updated'],
  [
    'is another, read anew',
    'there',
    whole('1', 'b'),
    seen(whole('1', 'a')),
    'anew',
    all,
    'updated',
  ],
  ['has more fields', 'there', wider('1', 'a', 'c'), seen(whole('1', 'a')), 'anew', all, undefined],
  [
    'changed with more',
    'changed',
    wider('1', 'a', 'c'),
    seen(whole('1', 'a')),
    'since',
    all,
    'updated',
  ],
  ['is changed unseen', 'changed', whole('1', 'a'), undefined, 'since', all, 'updated'],
  [
    'has a changed field',
    'changed',
    named('1', 'b'),
    seen(named('1', 'a')),
    'since',
    one,
    'updated',
  ],
  [
    'has another field changed',
    'changed',
    named('2', 'a'),
    seen(named('1', 'a')),
    'since',
    one,
    undefined,
  ],
  ['is gone', 'gone', null, seen(null), 'since', undefined, 'deleted'],
  ['is gone once more', 'gone', null, undefined, 'since', undefined, undefined],
];

for (const [what, kind, fields, before, manner, compared, happened] of cases) {
  test(`a record that ${what} is ${happened ?? 'nothing'}`, () => {
    const decided = decide({ kind, fields }, before, { manner, compared });

    assert.equal(decided.happened, happened);
  });
}

test('a record of the baseline that is told is no part of it any more', () => {
  const { seen: after } = decide(
    { kind: 'changed', fields: null },
    { fields: null, isBaseline: true },
    { manner: 'since', compared: undefined },
  );

  assert.deepEqual(after, { fields: null, isBaseline: false });
});
