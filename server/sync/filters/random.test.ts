import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { check } from './check.ts';
import { matches } from './matches.ts';
import { parseFilter } from './parse.ts';
import { toSql } from './sql/sql.ts';
import { openPostgres } from './testing/systems.ts';
import { columns, fields, rows } from './testing/things.ts';

const trees = 2_000;
const treesAtOnce = 250;

let postgres: Awaited<ReturnType<typeof openPostgres>>;
before(async () => {
  postgres = await openPostgres();
});
after(() => postgres.close());

const comparable = columns.slice(1).filter(({ type }) => type.kind !== 'jsonb');
const patterns = ['%', '_', '%a%', 'T%y', '_%_', '%\\%%', '%o_o%', '%%', '', 'e\u0301', '%😀'];

const condition = fc
  .record({
    column: fc.constantFrom(...comparable),
    operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    form: fc.constantFrom('compare', 'compare', 'compare', 'null', 'in', 'between', 'like'),
    not: fc.constantFrom('', 'NOT '),
    picks: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
  })
  .map(({ column: { name, type, cells }, operator, form, not, picks }) => {
    const field = `"${name.replaceAll('"', '""')}"`;
    const [one, two, three] = picks.map((pick) => literalOf(cells[pick % cells.length]!));
    const isText = ['text', 'varchar', 'char'].includes(type.kind);
    if (form === 'null') return `${field} IS ${not}NULL`;
    if (form === 'in') return `${field} ${not}IN (${one}, ${two}, ${three})`;
    if (form === 'like' && isText) {
      return `${field} ${not}LIKE ${literalOf(patterns[picks[0]! % patterns.length]!)}`;
    }
    if (type.kind === 'other') return `${field} ${operator.length > 1 ? '!=' : '='} ${one}`;
    if (form === 'between') return `${field} ${not}BETWEEN ${one} AND ${two}`;
    return `${field} ${operator} ${one}`;
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

test('random filters find the same in memory and in PostgreSQL', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const texts = fc.sample(tree, { numRuns: trees, seed });

  for (let from = 0; from < trees; from += treesAtOnce) {
    const some = texts.slice(from, from + treesAtOnce);
    const here = some.map((text) => idsOf(text));
    const [written, compiled] = [await foundAsWritten(some), await foundCompiled(some)];
    for (const [index, text] of some.entries()) {
      assert.equal(here[index], written[index], `in memory, seed ${seed}: ${text}`);
      assert.equal(compiled[index], written[index], `compiled, seed ${seed}: ${text}`);
    }
  }
});

function idsOf(text: string): string {
  const isMatch = matches(check(parseFilter(text), fields));
  return rows
    .filter(isMatch)
    .map(([id]) => id)
    .join();
}

async function foundAsWritten(texts: string[]): Promise<string[]> {
  return found(texts, []);
}

async function foundCompiled(texts: string[]): Promise<string[]> {
  const values: unknown[] = [];
  const conditions = texts.map((text) => {
    const { sql } = toSql(check(parseFilter(text), fields), 'postgres', values.length + 1);
    values.push(...sql!.values);
    return sql!.text;
  });
  return found(conditions, values);
}

async function found(conditions: string[], values: unknown[]): Promise<string[]> {
  const selects = conditions.map(
    (one) =>
      `(select coalesce(string_agg(id::text, ',' order by id), '') from things where ${one})`,
  );
  const answer = await postgres.reference.rows(
    `select array[${selects.join(', ')}]::text[]`,
    values,
  );
  return answer[0]![0]!.slice(1, -1) === '' ? [] : parsedTexts(answer[0]![0]!);
}

function parsedTexts(array: string): string[] {
  return [...array.slice(1, -1).matchAll(/"([^"]*)"|([^,]+)/g)].map(
    ([, one, other]) => one ?? other!,
  );
}

function literalOf(cell: string | null): string {
  return cell === null ? 'NULL' : `'${cell.replaceAll("'", "''")}'`;
}
