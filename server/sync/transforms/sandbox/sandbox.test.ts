import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Json } from '../../values/types.ts';
import { Sandbox } from './sandbox.ts';

// Nobody here is guilty of being slow.
const sandbox = new Sandbox({ processes: 1, recordMilliseconds: 60_000 });
after(() => sandbox.close());

let keys = 0;

async function run(type: 'javascript' | 'jsonata', code: string, records: Json[]) {
  keys += 1;
  return sandbox.run({ organization: 1, key: `${keys}`, type, code, records });
}

async function outcomesOf(body: string, records: Json[] = [{}]) {
  const { outcomes } = await run('javascript', `module.exports = ${body}`, records);
  return outcomes;
}

async function errorOf(body: string): Promise<string> {
  const [outcome] = await outcomesOf(body);
  assert.ok(outcome && 'error' in outcome, JSON.stringify(outcome));
  return outcome.error;
}

describe('A JavaScript transform', () => {
  test('changes, drops and multiplies records, and each is told from which it came', async () => {
    const code = `module.exports = (r) => {
      if (r.id === 1) return null;
      return r.id === 2 ? [r, { copy: r.id }] : { ...r, seen: true };
    }`;
    const texts = [0, 1, 2, 3].map((id) => JSON.stringify({ id }));
    const work = { organization: 1, key: 'sources', type: 'javascript', code } as const;

    const { text, sources, errors } = await sandbox.runTexts({ ...work, records: texts });

    const expected = [{ id: 0, seen: true }, { id: 2 }, { copy: 2 }, { id: 3, seen: true }];
    assert.deepEqual(JSON.parse(text), expected);
    assert.deepEqual(sources, [0, 2, 2, 3]);
    assert.deepEqual(errors, []);
  });

  test('may be asynchronous, and a promise that never settles fails its own record', async () => {
    const body = `async (r) => { await null; if (r.id === 1) await new Promise(() => {}); return r }`;

    const outcomes = await outcomesOf(body, [{ id: 0 }, { id: 1 }, { id: 2 }]);

    const error = 'The promise that it returned never settles';
    assert.deepEqual(outcomes, [{ records: [{ id: 0 }] }, { error }, { records: [{ id: 2 }] }]);
  });

  test('gets and gives members of any name as they are', async () => {
    const record = JSON.parse('{"__proto__":{"a":1},"constructor":2,"then":"x","toJSON":null}');

    const [same, assigned] = await outcomesOf(
      '(r) => { if (r.constructor === 2) return r; r.toString = 1; r.valueOf = 2; return r }',
      [record, {}],
    );

    assert.deepEqual(same, { records: [record] });
    assert.deepEqual(assigned, { records: [{ toString: 1, valueOf: 2 }] });
  });

  test('leaves out what JSON leaves out, and refuses what would become null unseen', async () => {
    const body = '() => ({ a: undefined, f() {}, s: Symbol(), d: new Date(0), n: null })';
    assert.deepEqual(await outcomesOf(body), [
      { records: [{ d: '1970-01-01T00:00:00.000Z', n: null }] },
    ]);
    assert.match(await errorOf('() => ({ a: [NaN] })'), /NaN, which JSON can't say/);
    assert.match(await errorOf('() => ({ a: -Infinity })'), /-Infinity/);
    assert.match(await errorOf('() => ({ a: 1n })'), /BigInt/);
    assert.match(await errorOf('() => { const a = {}; a.a = a; return a }'), /circular/);
  });

  test('has to return records', async () => {
    assert.match(await errorOf('() => {}'), /not undefined/);
    assert.match(await errorOf('() => 5'), /not a number/);
    assert.match(await errorOf('() => [{}, null]'), /not null/);
    assert.match(await errorOf('() => [[{}]]'), /no record/);
    assert.match(await errorOf('() => new Date()'), /no record/);
    assert.match(await errorOf('() => ({ toJSON: () => 5 })'), /no record/);
    assert.match(await errorOf('() => Array(20000).fill({})'), /more than 10000 records/);
    assert.match(await errorOf('() => ({ s: "x".repeat(9e6) })'), /more than 8388608 characters/);
  });

  test('says what was thrown, and where', async () => {
    assert.match(await errorOf('(r) => {\n  return r.a.b\n}'), /^TypeError: .*'b'.* \(line 2\)$/);
    assert.equal(await errorOf('() => { throw Symbol("x") }'), 'It threw Symbol(x)');
    assert.equal(await errorOf('() => { throw null }'), 'It threw null');
    const proxy = 'new Proxy({}, { get() { throw 1 } })';
    assert.match(await errorOf(`() => { throw ${proxy} }`), /cannot be shown/);
  });

  test('has a console that is bounded', async () => {
    const line = `console.log('seen', r, 1); for (let i = 0; i < 1e5; i += 1) console.log('x'.repeat(1e4))`;

    const { console } = await run('javascript', `module.exports = (r) => { ${line}; return r }`, [
      { id: 1 },
    ]);

    assert.equal(console[0], 'seen {"id":1} 1');
    assert.ok(console.join('').length < 30_000);
    assert.match(console.at(-1) as string, /left out/);
  });

  test('of records that cross in several pieces answers as one', async () => {
    const records = Array.from({ length: 4_500 }, (_, id) => ({ id }));

    const outcomes = await outcomesOf('(r) => { if (r.id === 2100) throw 1; return r }', records);

    assert.deepEqual(outcomes[4_499], { records: [{ id: 4_499 }] });
    assert.deepEqual(outcomes[2_100], { error: 'It threw 1' });
    assert.equal(outcomes.filter((outcome) => 'records' in outcome).length, 4_499);
  });

  test('of no records answers with none', async () => {
    assert.deepEqual(await outcomesOf('(r) => r', []), []);
  });

  test('that is no function fails every record with the reason', async () => {
    const { outcomes } = await run('javascript', 'exports.a = 1', [{}, {}]);

    const error = 'TypeError: The code must assign a function to module.exports';
    assert.deepEqual(outcomes, [{ error }, { error }]);
  });
});

describe('A JSONata transform', () => {
  test('gives one result as it is, several as several records, and drops what matches nothing', async () => {
    const code = 'items[price > 1].{"title": title}';
    const items = [
      { title: 'a', price: 1 },
      { title: 'b', price: 2 },
      { title: 'c', price: 3 },
    ];

    const { outcomes } = await run('jsonata', code, [{ items }, { items: items.slice(0, 2) }, {}]);

    assert.deepEqual(outcomes, [
      { records: [{ title: 'b' }, { title: 'c' }] },
      { records: [{ title: 'b' }] },
      { records: [] },
    ]);
  });

  test('gives a member of one result without an array', async () => {
    const code = '{"titles": $distinct(items.title)}';

    const { outcomes } = await run('jsonata', code, [{ items: [{ title: 'a' }, { title: 'a' }] }]);

    assert.deepEqual(outcomes, [{ records: [{ titles: 'a' }] }]);
  });

  test('fails a record with the reason', async () => {
    const { outcomes } = await run('jsonata', '{"a": $uppercase(a)}', [{ a: 1 }, { a: 'x' }]);

    assert.match((outcomes[0] as { error: string }).error, /uppercase/);
    assert.deepEqual(outcomes[1], { records: [{ a: 'X' }] });
  });
});

describe('Code is checked', () => {
  const check = (code: string, type: 'javascript' | 'jsonata' = 'javascript') =>
    sandbox.check({ organization: 1, type, code });

  test('and may be right', async () => {
    assert.equal(await check('const escape = 1; module.exports = (r) => r'), undefined);
    assert.equal(await check('{"a": b}', 'jsonata'), undefined);
  });

  test('with line and column of what is no JavaScript', async () => {
    const complaint = await check('var a = 1;\n  let x = ;');
    assert.deepEqual(complaint, { message: "Unexpected token ';'", line: 2, column: 11 });
    assert.equal((await check('}), (function () {'))?.line, 1);
    assert.match((await check('import fs from "fs"'))?.message ?? '', /import/);
  });

  test('with line and column of what is no JSONata', async () => {
    const complaint = await check('{\n "a": foo(}', 'jsonata');
    assert.equal(complaint?.line, 2);
  });

  test('and has to give a function, and to come to an end', async () => {
    assert.match((await check('exports = 1'))?.message ?? '', /module\.exports/);
    assert.deepEqual(await check('let a;\na.b'), {
      message: "TypeError: Cannot read properties of undefined (reading 'b') (line 2)",
      line: 2,
      column: 1,
    });
    assert.match((await check('for (;;);'))?.message ?? '', /longer than|end/);
  });
});
