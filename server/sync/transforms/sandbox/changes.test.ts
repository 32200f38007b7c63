import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({ processes: 1, recordMilliseconds: 60_000 });
after(() => sandbox.close());

let keys = 0;

/** What is said of each record that comes out, and of those that do not. */
async function changesOf(body: string, records: string[]) {
  keys += 1;
  const code = `module.exports = ${body}`;
  const work = { organization: 1, key: `${keys}`, type: 'javascript', code } as const;
  const { text, sources, errors } = await sandbox.runTexts({
    ...work,
    records,
    isChangesOnly: true,
  });
  const groups = JSON.parse(text) as [string[], string[], number, unknown[]][];
  return { changes: groups.flatMap(recordsOf), groups, sources, errors };
}

/** Of each record of a group what is gone, then the names and values that are another. */
function recordsOf([names, gone, count, values]: [string[], string[], number, unknown[]]) {
  return Array.from({ length: count }, (_, nth) => [
    ...(gone.length > 0 ? [gone] : []),
    ...names.flatMap((name, at) => [name, values[nth * names.length + at]]),
  ]);
}

test('Only what is another or new comes out, and the names of what is gone', async () => {
  const body = `(r) => {
    if (r.id === 1) return r;
    if (r.id === 2) { r.name = r.name.toUpperCase(); return r }
    if (r.id === 3) return { name: r.name, id: r.id, more: [r.id] };
    delete r.name; r.id = undefined; r.act = () => 1; return r;
  }`;
  const records = [1, 2, 3, 4].map((id) => JSON.stringify({ id, name: 'a', none: null }));

  const { changes, errors } = await changesOf(body, records);

  assert.deepEqual(errors, []);
  assert.deepEqual(changes, [[], ['name', 'A'], [['none'], 'more', [3]], [['id', 'name']]]);
});

test('Records that follow one another with the same changes are told together', async () => {
  const body =
    '(r) => { if (r.id > 1) r.name = r.id; if (r.id > 3 && r.id < 6) delete r.none; return r }';
  const records = [1, 2, 3, 4, 5, 6].map((id) => JSON.stringify({ id, name: 'a', none: null }));

  const { groups } = await changesOf(body, records);

  assert.deepEqual(groups, [
    [[], [], 1, []],
    [['name'], [], 2, [2, 3]],
    [['name'], ['none'], 2, [4, 5]],
    [['name'], [], 1, [6]],
  ]);
});

test('A record of which nothing is left is not taken for one that nothing changed in', async () => {
  const body = '(r) => r.id === 2 ? {} : r';
  const records = [1, 2, 3].map((id) => JSON.stringify({ id, name: 'a' }));

  const { changes } = await changesOf(body, records);

  assert.deepEqual(changes, [[], [['id', 'name']], []]);
});

test('What an object holds may have changed in its place, so it comes out whole', async () => {
  const body = '(r) => { if (r.id === 2) r.at.b[0] = 9; return r }';
  const records = ['{"id":1,"at":{"b":[1]}}', '{"id":2,"at":{"b":[1]}}'];

  const { changes } = await changesOf(body, records);

  assert.deepEqual(changes, [
    ['at', { b: [1] }],
    ['at', { b: [9] }],
  ]);
});

test('Several of one record are each told from what that was before', async () => {
  const body = '(r) => { const was = { ...r }; r.id = 5; return [was, r, { id: 1, n: 1 }] }';

  const { changes, sources } = await changesOf(body, ['{"id":1}', '{"id":5}']);

  const expected = [[], ['id', 5], ['n', 1], [], [], ['id', 1, 'n', 1]];
  assert.deepEqual(changes, expected);
  assert.deepEqual(sources, [0, 0, 0, 1, 1, 1]);
});

test('Names that mean something to the language are names', async () => {
  const record = '{"__proto__":{"a":1},"constructor":2,"then":"x","toJSON":null,"1":1}';

  const { changes, errors } = await changesOf('(r) => r.constructor === 2 ? r : { ...r }', [
    record,
    '{"hasOwnProperty":1,"length":2}',
  ]);

  assert.deepEqual(errors, []);
  assert.equal(JSON.stringify(changes), '[["__proto__",{"a":1}],[]]');
});

test('An object that is something else in JSON is what it is there', async () => {
  const body = `(r) => r.id === 1 ? { toJSON: () => ({ id: 1, n: 2 }) }
    : r.id === 2 ? new (class { constructor() { this.id = 2; this.when = new Date(0) } })()
    : r.id === 3 ? { toJSON: () => 'text' } : { id: 4, n: NaN }`;

  const { changes, errors } = await changesOf(
    body,
    [1, 2, 3, 4].map((id) => JSON.stringify({ id })),
  );

  assert.deepEqual(changes, [
    ['n', 2],
    ['when', '1970-01-01T00:00:00.000Z'],
  ]);
  assert.deepEqual(
    errors.map(({ index }) => index),
    [2, 3],
  );
  assert.match(errors[0]?.error ?? '', /no record: in JSON it is something else/);
  assert.match(errors[1]?.error ?? '', /the number NaN, which JSON can't say/);
});

test('A record is what it was when it was returned, whatever the next one does to its objects', async () => {
  const shared = `const s = { o: {} }; let last;
    (r) => { s.o.id = r.id; if (last) last.own.n = 'changed'; last = r; return { ...r, s: s.o } }`;
  const body = `(() => { ${shared.replace('(r) =>', 'return (r) =>')} })()`;
  const records = [1, 2, 3].map((id) => JSON.stringify({ id, own: { n: id } }));

  const { changes } = await changesOf(body, records);
  const code = 'const o = {}; module.exports = (r) => { o.id = r.id; return o }';
  const { outcomes } = await sandbox.run({
    organization: 1,
    key: 'shared',
    type: 'javascript',
    code,
    records: [{ id: 1 }, { id: 2 }],
  });

  assert.deepEqual(
    changes,
    [1, 2, 3].map((id) => ['own', { n: id }, 's', { id }]),
  );
  assert.deepEqual(outcomes, [{ records: [{ id: 1 }] }, { records: [{ id: 2 }] }]);
});

test('What would be null in JSON without being it is an error of its record', async () => {
  const values = [
    'new Date(NaN)',
    '[new Date("x")]',
    'new Number(NaN)',
    '{ a: new Number(1 / 0) }',
  ];
  const told = ['null', '[null]', '{ toJSON: () => null }', 'new Date(0)', 'new Number(1)'];
  for (const isChangesOnly of [true, false]) {
    for (const [list, fails] of [
      [values, true],
      [told, false],
    ] as const) {
      for (const value of list) {
        const { errors } = await sandbox.runTexts({
          organization: 1,
          key: value,
          type: 'javascript',
          code: `module.exports = (r) => ({ ...r, value: ${value} })`,
          records: ['{}'],
          isChangesOnly,
        });
        assert.equal(errors.length, fails ? 1 : 0, value);
      }
    }
  }
});
