import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { heddle, heddleJson } from '../testing/heddle.ts';
import { change, connect, makeScene } from './testing/scene.ts';

const scene = await makeScene({ after });
const { environment, organization, folder } = scene;
change(
  scene,
  'shop.db',
  `create table customers (id integer primary key, name text);
   insert into customers values (1, 'ann'), (2, 'bob'), (3, null)`,
);
await connect(scene, 'shop');
await connect(scene, 'store');

type Transform = { id: string; name: string; type: string; version: number; code: string };

async function write(file: string, code: string): Promise<string> {
  await writeFile(join(folder, file), code);
  return join(folder, file);
}

async function make(name: string, file: string): Promise<Transform> {
  const create = ['transform', 'create', '--organization', organization, '--name', name, file];
  return heddleJson<Transform>(create, environment);
}

test('a transform is made, tried, changed and shown', async () => {
  const file = await write(
    'loud.js',
    `module.exports = (r) => (r.name ? { ...r, loud: true } : null);\n`,
  );
  const { id, type, version } = await make('Loud', file);
  const records = await write('records.ndjson', '{"id":1,"name":"ann"}\n{"id":2}\n');

  const tried = await heddle(['transform', 'test', 'Loud', records], environment);
  const jsonata = await write('loud.jsonata', '$merge([$, {"name": $uppercase(name)}])');
  const changed = await heddleJson<Transform>(
    ['transform', 'change', id, jsonata, '--type', 'jsonata', '--name', 'Louder'],
    environment,
  );
  const again = await heddle(
    ['transform', 'test', 'Louder', '--record', '{"name":"bob"}', '--json'],
    environment,
  );
  const shown = await heddle(['transform', 'show', id], environment);
  const listed = await heddle(['transform', 'list'], environment);

  assert.deepEqual([type, version], ['javascript', 1]);
  assert.equal(
    tried.stdout,
    'record 0 becomes {"id":1,"name":"ann","loud":true}\nrecord 1 is dropped\n',
  );
  assert.partialDeepStrictEqual(changed, { id, name: 'Louder', type: 'jsonata', version: 2 });
  assert.deepEqual(JSON.parse(again.stdout).results[0].records, [{ name: 'BOB' }]);
  assert.equal(shown.stdout, '$merge([$, {"name": $uppercase(name)}])\n');
  assert.match(listed.stdout, new RegExp(`^Louder +jsonata +2 +${id}`, 'm'));
});

test('a record that fails is said, and fails the test', async () => {
  const file = await write('upper.js', 'module.exports = (r) => ({ n: r.name.toUpperCase() });');
  await make('Upper', file);

  const tried = await heddle(
    ['transform', 'test', 'Upper', '--record', '{"name":"ann"}', '--record', '{}'],
    environment,
  );

  assert.equal(tried.code, 1);
  assert.match(tried.stdout, /^record 0 becomes \{"n":"ANN"\}\nrecord 1 failed: .*toUpperCase/);
});

test('a sync uses transforms by their names, and then they cannot be deleted', async () => {
  await make('Value', await write('value.js', 'module.exports = ({ value }) => ({ value: 7 });'));
  const named = `module.exports = (r) => r.name === null ? null : r;`;
  const { id } = await make('Named', await write('named.js', named));
  const create = ['sync', 'create', '--from', 'shop', '--to', 'store', '--table', 'customers'];

  const sync = await heddleJson<{ id: string; transforms: string[] }>(
    [...create, '--transform', 'Named', '--map', 'id', '--map', 'name', '--apply', 'id=Value'],
    environment,
  );
  const used = await heddle(['transform', 'delete', 'Named'], environment);
  const { records } = await heddleJson<{ records: object[] }>(
    ['sync', 'preview', sync.id],
    environment,
  );
  await heddleJson(['sync', 'change', sync.id, '--clear', 'transform'], environment);
  await heddleJson(['transform', 'delete', 'Named'], environment);
  const gone = await heddle(['transform', 'show', id], environment);

  assert.deepEqual(sync.transforms, [id]);
  assert.match(used.stderr, /In use by .+ \(sync_\w+\): take it out/);
  assert.deepEqual(records, [
    { id: '7', name: 'ann' },
    { id: '7', name: 'bob' },
  ]);
  assert.match(gone.stderr, /there is no transform .*heddle transform list shows them/);
});

test('what cannot be a transform, or a record, is refused', async () => {
  const broken = await write('broken.js', 'module.exports = (r) => {');
  const plain = await write('plain.txt', 'name');
  const create = ['transform', 'create', '--organization', organization, '--name', 'X'];
  await make('Tried', await write('same.jsonata', '$'));
  const cases: [string[], RegExp][] = [
    [[...create, broken], /code: line \d+, column \d+: /],
    [[...create, plain], /--type javascript or --type jsonata/],
    [[...create, join(folder, 'none.js')], /none\.js cannot be read/],
    [['transform', 'test', 'Tried'], /Give 1 to 100 records/],
    [['transform', 'test', 'Tried', '--record', '{"name": secret'], /must be a JSON object/],
    [
      [
        'sync',
        'create',
        '--from',
        'shop',
        '--to',
        'store',
        '--table',
        'customers',
        '--transform',
        'Q',
      ],
      /there is no transform Q/,
    ],
  ];

  for (const [args, expected] of cases) {
    const outcome = await heddle(args, environment);
    assert.equal(outcome.code, 1, args.join(' '));
    assert.match(outcome.stderr, expected);
    assert.ok(!outcome.stderr.includes('secret'));
  }
});
