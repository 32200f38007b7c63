import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { check } from './check.ts';
import type { CheckedFilter } from './checked.ts';
import { matches } from './matches.ts';
import { parseFilter } from './parse.ts';
import { toSql } from './sql/sql.ts';
import { cases } from './testing/cases.ts';
import { openMariadb, openPostgres, openSqlite, type System } from './testing/systems.ts';
import { fields, rows } from './testing/things.ts';

let postgres: Awaited<ReturnType<typeof openPostgres>>;
let sqlite: System;
let mariadb: System;
/** What PostgreSQL finds when it is asked word for word. */
const expected = new Map<string, string[]>();
before(async () => {
  [postgres, sqlite, mariadb] = await Promise.all([openPostgres(), openSqlite(), openMariadb()]);
  for (const text of cases) expected.set(text, await postgres.find(text, []));
});
after(() => Promise.all([postgres, sqlite, mariadb].map((system) => system.close())));

describe('a filter finds what PostgreSQL finds', () => {
  test('when it is compiled for it', async () => {
    for (const text of cases) {
      const { sql, rest } = toSql(parsed(text), 'postgres');
      assert.equal(rest, undefined, text);
      const found = await postgres.find(sql!.text, sql!.values);
      assert.deepEqual(found, expected.get(text), text);
    }
  });

  test('in memory', () => {
    for (const text of cases) assert.deepEqual(idsOf(rows, parsed(text)), expected.get(text), text);
  });

  for (const [name, system] of [
    ['sqlite', () => sqlite],
    ['mysql', () => mariadb],
  ] as const) {
    test(`when ${name} decides what it can, and the rest is decided here`, async () => {
      const { rows: own, find } = system();
      for (const text of cases) {
        const { sql, rest } = toSql(parsed(text), name);
        const found = sql ? new Set(await find(sql.text, sql.values)) : undefined;
        const passed = own.filter(([id]) => found === undefined || found.has(id!));
        const ids = rest === undefined ? passed.map(([id]) => id!) : idsOf(passed, rest);
        assert.deepEqual(ids, idsOf(own, parsed(text)), text);
      }
    });
  }
});

test('most of it is decided where the records are', () => {
  const shares = (['sqlite', 'mysql'] as const).map((name) => {
    const whole = cases.filter((text) => toSql(parsed(text), name).rest === undefined);
    return whole.length / cases.length;
  });

  assert.ok(shares[0]! > 0.5 && shares[1]! > 0.7, `sqlite ${shares[0]}, mysql ${shares[1]}`);
});

test('parameters are counted from where the caller is', () => {
  const { sql } = toSql(parsed("i4 = 5 AND t = 'x'"), 'postgres', 3);

  assert.match(sql!.text, /\$3::int4.*\$4::text.*\$5::text/);
  assert.deepEqual(sql!.values, ['5', 'x', 'x']);
});

test('what is beside each other in an AND is parted, half an OR is not', () => {
  const parted = toSql(parsed("i4 > 0 AND (t = 'a' OR n > 1) AND NOT b = TRUE"), 'sqlite');

  assert.equal(parted.sql!.text, '(("i4" > ?) AND (NOT (("b" <> 0) = ?)))');
  assert.equal(parted.rest!.kind, 'or');
  assert.equal(toSql(parsed('n > 1'), 'sqlite').sql, undefined);
});

describe('in JSON', () => {
  const cases: [string, string][] = [
    ['jb.a = 1', "jsonb_typeof(jb->'a') = 'number' and (jb->>'a')::numeric = 1"],
    ["jb.a = '1'", "jsonb_typeof(jb->'a') = 'string' and jb->>'a' = '1'"],
    ["jb.b.c = 'x'", "jb #>> '{b,c}' = 'x'"],
    ["jb.b.c LIKE '_'", "jb #>> '{b,c}' like '_'"],
    ["jb.b.c IN ('x', 'X')", "jb #>> '{b,c}' in ('x', 'X')"],
    ['jb.b = TRUE', "jb->'b' = 'true'"],
    ['jb.a IS NULL', "jb->>'a' is null"],
    ['jb.a.b.c.d IS NOT NULL', 'false'],
    ['NOT jb.a = 1', "jsonb_typeof(jb->'a') = 'number' and (jb->>'a')::numeric <> 1"],
    [`jb = '{"b": {"c": "x"}, "a": 1.00}'`, `jb = '{"b": {"c": "x"}, "a": 1.00}'`],
    [`jb IN ('[1,2]', 'null', '9007199254740993')`, `jb in ('[1,2]', 'null', '9007199254740993')`],
    ["jb = '9007199254740992'", 'false'],
    ['jb != \'"text"\'', 'jb <> \'"text"\''],
  ];

  test('a path is compared as what it is compared with', async () => {
    for (const [text, reference] of cases) {
      const expected = await postgres.find(reference, []);
      const { sql } = toSql(parsed(text), 'postgres');
      assert.deepEqual(await postgres.find(sql!.text, sql!.values), expected, text);
      assert.deepEqual(idsOf(rows, parsed(text)), expected, text);
    }
  });

  test('what PostgreSQL would read otherwise is decided here', () => {
    const json = [{ name: 'j', type: { kind: 'json' } as const }];
    const nested = check(parseFilter('j.list."0" = 5'), json);

    assert.equal(toSql(nested, 'postgres').sql, undefined);
    assert.equal(matches(nested)(['{"list": [5]}']), true);
    assert.equal(matches(nested)(['{"list": [6]}']), false);
    const bare = check(parseFilter('j.list.0.1.name = 5'), json);
    assert.equal(matches(bare)(['{"list": [[{}, {"name": 5}]]}']), true);
    assert.equal(matches(nested)(['{"__proto__": 5}']), false);
    assert.equal(matches(check(parseFilter('j.constructor IS NULL'), json))(['{}']), true);
  });
});

function parsed(text: string): CheckedFilter {
  return check(parseFilter(text), fields);
}

function idsOf(own: typeof rows, filter: CheckedFilter): string[] {
  const isMatch = matches(filter);
  return own.filter(isMatch).map(([id]) => id!);
}
