import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { check } from '../../filters/check.ts';
import { matches } from '../../filters/matches.ts';
import { parseFilter } from '../../filters/parse.ts';
import { makeOrg, openOrg, readAll } from './testing/org.ts';

const trees = 300;
const columns: Readonly<Record<string, readonly (string | null)[]>> = {
  Name: ["O'Brien", "o'BRIEN", 'a%c', 'abc', 'ABC', 'back\\slash', 'two\nlines', 'x"y', 'Ünï'],
  Industry: ['Technology', 'technology', null, 'T_y', '100%'],
  AnnualRevenue: ['0', '10', '-5', '12500000', '0.5', null],
  NumberOfEmployees: ['0', '1', '-1', '2147483647', null],
  Active__c: ['true', 'false'],
  Founded__c: ['2024-02-29', '1900-01-01', null],
  Next_Call__c: ['2024-03-31T01:30:00.000Z', '2016-09-13T15:31:37.000Z', null],
  Opens__c: ['08:30:00.000Z', null],
  Description: ['long text', null],
  External_Id__c: [null],
};
const patterns = ['%', '_', '%a%', 'A%C', 'a\\%c', '%\\\\%', '%"%', "o'%", 'T\\_y', '%\n%', ''];

const condition = fc
  .record({
    column: fc.constantFrom(...Object.entries(columns)),
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    form: fc.constantFrom('compare', 'compare', 'compare', 'null', 'in', 'between', 'like'),
    not: fc.constantFrom('', 'NOT '),
    picks: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
  })
  .map(({ column: [field, cells], operator, form, not, picks }) => {
    const [one, two, three] = picks.map((pick) => literalOf(cells[pick % cells.length] ?? null));
    const isText = ['Name', 'Industry', 'Description'].includes(field);
    if (form === 'null') return `${field} IS ${not}NULL`;
    if (form === 'in') return `${field} ${not}IN (${one}, ${two}, ${three})`;
    if (form === 'between') return `${field} ${not}BETWEEN ${one} AND ${two}`;
    if (form !== 'like' || !isText) return `${field} ${operator} ${one}`;
    return `${field} ${not}LIKE ${literalOf(patterns[(picks[0] ?? 0) % patterns.length] ?? '')}`;
  });

const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    condition,
    fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => `(${one} AND ${other})`),
    fc.tuple(tie('tree'), tie('tree')).map(([one, other]) => `(${one}) OR ${other}`),
    tie('tree').map((one) => `NOT (${one})`),
  ),
}));

test('random filters find the same in an org as in memory', async () => {
  const org = await makeOrg(0);
  const object = org.org.object('Account');
  assert.ok(object);
  for (let nth = 0; nth < 120; nth += 1) {
    const given = Object.entries(columns).map(([name, cells], at) => {
      const cell = cells[(nth * (at + 3) + Math.floor(nth / 7)) % cells.length] ?? null;
      return [name, name === 'Active__c' ? cell === 'true' : cell];
    });
    org.org.insert(object, Object.fromEntries(given));
  }
  const session = await openOrg(org);
  const { fields } = await session.describe('Account');
  const all = await readAll(session, 'Account');
  const seed = Math.floor(Math.random() * 2 ** 31);
  let fewer = 0;

  for (const text of fc.sample(tree, { numRuns: trees, seed })) {
    const filter = check(parseFilter(text), fields);
    const { rows, remaining } = await readAll(session, 'Account', { filter });
    const kept = remaining ? rows.filter(matches(remaining)) : rows;

    assert.deepEqual(kept, all.rows.filter(matches(filter)), `seed ${seed}: ${text}`);
    if (rows.length < all.rows.length) fewer += 1;
  }
  assert.ok(fewer > trees / 2, `${fewer} of ${trees} spared records, seed ${seed}`);
});

function literalOf(cell: string | null): string {
  // A time of day is in no zone here.
  const text = cell?.replace(/^(\d\d:[\d:.]+)Z$/, '$1');
  return text === undefined ? 'NULL' : `'${text.replaceAll("'", "''")}'`;
}
