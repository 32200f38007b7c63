import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Json } from '../../values/types.ts';
import { residentBytes } from './process.ts';
import { type RecordOutcome, Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({ processes: 1 });
/** For what would otherwise be stopped for its time before it has all the memory it wants. */
const patient = new Sandbox({
  processes: 1,
  recordMilliseconds: 600_000,
  isolateMegabytes: 16,
});
after(() => Promise.all([sandbox.close(), patient.close()]));

const slow = 'It took longer than 100 ms';
const large = 'It needed more than 16 MiB of memory';
let keys = 0;

/** What becomes of the guilty one; the two innocents beside it come through, or the test fails. */
async function errorOf(body: string, place: Sandbox = sandbox): Promise<string> {
  const code = `module.exports = function (r) { if (r.id !== 1) return r; ${body} }`;
  return guilty(await run('javascript', code, [{ id: 0 }, { id: 1 }, { id: 2 }], place));
}

async function errorOfExpression(expression: string, place: Sandbox = sandbox): Promise<string> {
  const code = `id = 1 ? ${expression} : $`;
  return guilty(await run('jsonata', code, [{ id: 0 }, { id: 1 }, { id: 2 }], place));
}

function guilty(outcomes: RecordOutcome[]): string {
  assert.deepEqual(outcomes[0], { records: [{ id: 0 }] });
  assert.deepEqual(outcomes[2], { records: [{ id: 2 }] });
  assert.ok(outcomes[1] && 'error' in outcomes[1], JSON.stringify(outcomes[1]));
  return outcomes[1].error;
}

async function run(
  type: 'javascript' | 'jsonata',
  code: string,
  records: Json[],
  place: Sandbox = sandbox,
): Promise<RecordOutcome[]> {
  keys += 1;
  return (await place.run({ organization: 1, key: `${keys}`, type, code, records })).outcomes;
}

describe('What does not end', () => {
  const endless = {
    'a loop': 'for (;;);',
    'a loop after an await': 'return (async () => { await 0; for (;;); })()',
    'awaiting again and again': 'return (async () => { for (;;) await 0; })()',
    'a then that loops': 'return { then() { for (;;); } }',
    'a getter that loops': 'return { get a() { for (;;); } }',
    'a proxy that loops': 'return new Proxy({}, { get() { for (;;); } })',
    'a stack that loops': `const e = new Error(); Object.defineProperty(e, 'stack', { get() { for (;;); } }); throw e`,
    'a regular expression': 'return { a: /(a+)+$/.test(`${"a".repeat(40)}b`) }',
    'a loop inside the engine': 'return new Array(2 ** 31).fill(1)',
    'a large number': 'let x = 2n; for (;;) x = x * x',
  };
  for (const [name, body] of Object.entries(endless)) {
    test(`is ended: ${name}`, async () => {
      assert.equal(await errorOf(body), slow);
    });
  }

  test('is ended in JSONata, too', async () => {
    const endless = '($f := function($n) { $f($n + 1) }; $f(1))';
    assert.equal(await errorOfExpression(endless), slow);
    const regex = '$contains($pad("", 40, "a") & "b", /(a+)+$/)';
    assert.equal(await errorOfExpression(regex), slow);
  });

  test('ends as a recursion when its stack is full', async () => {
    assert.match(
      await errorOf('return (function f() { return f() + 1 })()', patient),
      /call stack/,
    );
  });

  test('before the first record fails all of them, and nothing else', async () => {
    const quick = new Sandbox({ processes: 1, otherMilliseconds: 100 });
    const work = { organization: 1, key: 'endless', type: 'javascript' } as const;
    try {
      const { outcomes } = await quick.run({ ...work, code: 'for (;;);', records: [{}, {}] });
      const error = 'Its code did not come to an end before the first record';
      assert.deepEqual(outcomes, [{ error }, { error }]);
    } finally {
      await quick.close();
    }
  });

  test('for one record after the other is not tried for ever', async () => {
    const short = new Sandbox({ processes: 1, recordMilliseconds: 5 });
    const work = { organization: 1, key: 'endless', type: 'javascript' } as const;
    const code = 'module.exports = () => { for (;;); }';
    try {
      const records = Array.from({ length: 100 }, () => ({}));
      const { outcomes } = await short.run({ ...work, code, records });
      const errors = outcomes.map((outcome) => 'error' in outcome && outcome.error);
      assert.equal(errors.filter((error) => error === 'It took longer than 5 ms').length, 50);
      assert.match(errors.at(-1) as string, /not tried/);
    } finally {
      await short.close();
    }
  });
});

describe('What wants all memory', () => {
  const bombs = {
    'many small arrays': 'const a = []; for (;;) a.push([1, 2, 3, 4, 5, 6, 7, 8])',
    'a promise after the other': `const a = []; return (async () => { for (;;) a.push(await [1, 2, 3]); })()`,
  };
  for (const [name, body] of Object.entries(bombs)) {
    test(`fails by itself: ${name}`, async () => {
      assert.equal(await errorOf(body, patient), large);
      await assertSmall(patient);
    });
  }

  test('in buffers and strings fails by itself', async () => {
    assert.match(await errorOf('return new Uint8Array(2e9)', patient), /allocation failed|memory/);
    const many = 'const a = []; for (;;) a.push(new Uint8Array(5e7).fill(1))';
    assert.match(await errorOf(many, patient), /allocation failed|memory/);
    assert.match(await errorOf('return { s: "x".repeat(2 ** 30) }', patient), /string length/);
    await assertSmall(patient);
  });

  test('by one string of half a gigabyte fails by itself', async () => {
    await errorOf('return { s: "x".repeat(2 ** 29 - 30) }');
    await errorOf('return { s: "xy".repeat(2 ** 28 - 30).replace(/x/g, "yyyy") }');
    await assertSmall(sandbox);
  });

  test('in JSONata fails by itself', async () => {
    await errorOfExpression('{"a": $pad("", 1000000000, "abc")}');
    await errorOfExpression('{"a": $map([1..9999999], function($v) { $pad("x", 1000) })}');
    await assertSmall(sandbox);
  });

  test('is told from what only came after others', async () => {
    // Each takes a part that stays, and none takes too much by itself.
    const code = `const kept = []; module.exports = (r) => { kept.push(new Array(3e5).fill(r.id)); return r }`;
    const records = Array.from({ length: 20 }, (_, id) => ({ id }));

    const outcomes = await run('javascript', code, records, patient);

    assert.deepEqual(
      outcomes,
      records.map((record) => ({ records: [record] })),
    );
  });
});

describe('What wants to get out', () => {
  test('finds nothing of the process', async () => {
    const reach = `{
      process: typeof process, require: typeof require, timers: typeof setTimeout,
      fetch: typeof fetch, buffer: typeof Buffer, gc: typeof gc, wasm: typeof WebAssembly,
      waiting: typeof Atomics, joint: typeof SharedArrayBuffer,
      made: (() => {}).constructor('return typeof process + typeof globalThis.process')(),
      own: this.constructor.constructor('return typeof process')(),
      console: console.log.constructor.constructor('return typeof process')(),
      record: r.constructor.constructor('return typeof process')(),
    }`;

    const [outcome] = await run('javascript', `module.exports = (r) => (${reach})`, [{}]);

    assert.ok(outcome && 'records' in outcome, JSON.stringify(outcome));
    const found = Object.values(outcome.records[0] as object).join('');
    assert.match(found, /^(undefined)+$/);
  });

  test('can load nothing', async () => {
    assert.match(await errorOf('return require("fs")'), /require is not defined/);
    assert.match(await errorOf('return import("node:fs")'), /Not supported/);
    assert.match(await errorOf('process.getBuiltinModule("fs")'), /process is not defined/);
  });

  test('finds nothing by JSONata', async () => {
    const code = `{
      "a": constructor, "b": __proto__, "c": $sum.constructor, "d": "x".constructor.constructor,
      "e": $lookup($, "__proto__").constructor, "f": $lookup("x", "constructor")
    }`;

    const outcomes = await run('jsonata', code, [{ id: 1 }]);

    assert.doesNotMatch(JSON.stringify(outcomes), /function|native|process/i);
    for (const code of [
      '$lookup($, "constructor")("return process")()',
      'constructor.constructor("return process.getBuiltinModule(`fs`)")()',
      '$sum.constructor.constructor("return process")()',
    ]) {
      const [reached] = await run('jsonata', code, [{}]);
      assert.ok(reached && ('error' in reached || reached.records.length === 0));
    }
  });

  test('leaves nothing behind for other records, transforms and organizations', async () => {
    const leave = `try { Object.prototype.left = 1 } catch {}
      try { Array.prototype.map = () => 'left' } catch {}
      try { Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'left' }) } catch {}
      try { Object.setPrototypeOf(Object.prototype, null); ({}).__proto__.left = 1 } catch {}
      try { JSON.stringify = () => 'left'; Promise.prototype.then = () => {} } catch {}
      try { Object.getPrototypeOf(function* () {}).left = 1; Reflect.ownKeys = () => [] } catch {}
      try { globalThis.JSON = 0; (0, eval)('var Array = 0') } catch {}
      globalThis.left = 1;`;
    const look = `[r.left, ({}).left, (function* () {}).left, [1].map((n) => n)[0], r.toJSON].join()`;
    const code = `module.exports = async (r) => { ${leave} return { look: ${look} } }`;

    const same = await run('javascript', code, [{}, {}]);
    const other = `module.exports = (r) => ({ look: ${look}, left: typeof left })`;
    const work = { type: 'javascript', code: other, records: [{}] } as const;
    const { outcomes } = await sandbox.run({ ...work, organization: 2, key: 'look' });

    const clean = { look: ',,,1,' };
    assert.deepEqual(same, [{ records: [clean] }, { records: [clean] }]);
    assert.deepEqual(outcomes, [{ records: [{ ...clean, left: 'undefined' }] }]);
  });

  test('does not see who called it', async () => {
    const ways = {
      sync: 'seen(f)',
      async: 'await 0; seen(f)',
      getter: 'const o = { get a() { seen(Object.getOwnPropertyDescriptor(o, "a").get) } }; o.a',
      sort: '[1, 2].sort(function c() { seen(c); return 0 })',
      replace: '"a".replace(/a/, function c() { seen(c); return "" })',
      json: 'JSON.stringify({ toJSON: function c() { seen(c) } })',
      proxy: 'new Proxy({}, { get: function c() { seen(c) } }).a',
    };
    for (const [name, way] of Object.entries(ways)) {
      const code = `const found = [];
        const seen = (of) => {
          try { found.push(of.caller, of.arguments?.callee?.caller) } catch {}
          for (let at = of.caller; at; at = at.caller) found.push(at);
        };
        module.exports = ${name === 'async' ? 'async ' : ''}function f(r) {
          try { ${way} } catch {}
          return { seen: found.filter((one) => typeof one === 'function')
            .filter((one) => one !== f && one.name !== 'seen' && one.name !== 'c').length };
        }`;
      const [outcome] = await run('javascript', code, [{}]);
      assert.deepEqual(outcome, { records: [{ seen: 0 }] }, name);
    }
  });

  test('is not confused with another transform of the same name', async () => {
    const work = { organization: 1, key: 'name', type: 'javascript', records: [{}] } as const;
    const { outcomes: before } = await sandbox.run({
      ...work,
      code: 'module.exports = () => ({a: 1})',
    });
    const { outcomes } = await sandbox.run({ ...work, code: 'module.exports = () => ({a: 2})' });
    assert.deepEqual([...before, ...outcomes], [{ records: [{ a: 1 }] }, { records: [{ a: 2 }] }]);
  });
});

async function assertSmall(place: Sandbox): Promise<void> {
  // It answers, whatever it went through.
  const work = { organization: 3, key: 'alive', type: 'javascript' } as const;
  const { outcomes } = await place.run({
    ...work,
    code: 'module.exports = (r) => r',
    records: [{ a: 1 }],
  });
  assert.deepEqual(outcomes, [{ records: [{ a: 1 }] }]);
  for (const pid of place.pids) assert.ok(residentBytes(pid) < 400 * 2 ** 20);
}
