import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { heddle, heddleJson } from '../testing/heddle.ts';
import { change, connect, makeScene } from './testing/scene.ts';

const scene = await makeScene({ after });
const { environment } = scene;
change(
  scene,
  'shop.db',
  `create table customers (id integer primary key, name text, email text);
   create table orders (id integer primary key, total numeric)`,
);
await connect(scene, 'shop');
await connect(scene, 'store');
const ends = ['sync', 'create', '--from', 'shop', '--to', 'store'];
const people = [...ends, '--table', 'customers', '--into', 'people'];

type Sync = { id: string; name: string; made: boolean; schedule: string };

test('what is asked of a sync that is there and has it not is refused with how to change it', async () => {
  const { id } = await heddleJson<Sync>([...people, '--schedule', 'daily'], environment);

  const refused = await heddle(
    [
      ...[...people, '--map', 'id', '--map', "email=e mail's", '--protect', 'email=hash'],
      ...['--filter', "name != 'Ann'", '--schedule', 'hourly'],
    ],
    environment,
  );
  const options = [
    ...['--schedule', 'hourly', '--filter', "name != 'Ann'", '--map', 'id'],
    ...['--map', "email=e mail's", '--protect', 'email=hash'],
  ];
  const changed = await heddleJson(['sync', 'change', id, ...options], environment);
  const fits = await heddleJson<Sync>([...people, ...options], environment);
  const plain = await heddleJson<Sync>(people, environment);

  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    new RegExp(`customers \\(${id}\\) .* has another schedule, filter, mapping\\. Change it: `),
  );
  const pasted = `heddle sync change ${id} --schedule hourly --filter 'name != '\\''Ann'\\''' --map id --map 'email=e mail'\\''s' --protect email=hash`;
  assert.ok(refused.stderr.includes(pasted), refused.stderr);
  assert.match(refused.stderr, /or make another, with --name\.\n$/);
  assert.equal(changed.schedule, 'hourly');
  assert.deepEqual(
    [fits, plain].map((sync) => [sync.id, sync.made]),
    [
      [id, false],
      [id, false],
    ],
  );
});

test('with a name of its own another sync of the same tables is made, and found again', async () => {
  const first = await heddleJson<Sync>([...people, '--name', 'Tidy', '--key', 'id'], environment);

  const other = [...people, '--name', 'Tidy 2', '--key', 'email'];
  const made = await heddleJson<Sync>(other, environment);
  const again = await heddleJson<Sync>(other, environment);
  const refused = await heddle([...people, '--name', 'Tidy', '--key', 'email'], environment);

  assert.deepEqual([first.made, made.made, again.made], [true, true, false]);
  assert.equal(made.name, 'Tidy 2');
  assert.equal(again.id, made.id);
  assert.match(refused.stderr, new RegExp(`Tidy \\(${first.id}\\) .* has another key\\.`));
});

test('of several tables none is made where one is there and has not what is asked', async () => {
  const all = [...ends, '--tables', '*', '--into', 'all_*'];
  await heddleJson([...ends, '--table', 'orders', '--into', 'all_orders'], environment);

  const refused = await heddle([...all, '--mode', 'append'], environment);
  const named = await heddle([...all, '--name', 'All'], environment);
  const made = await heddleJson<Sync[]>(all, environment);
  const again = await heddleJson<Sync[]>(all, environment);

  assert.match(refused.stderr, /orders \(sync_\w+\) .* has another mode\./);
  assert.match(named.stderr, /name: several syncs would be called All/);
  assert.deepEqual([refused.code, named.code], [1, 1]);
  assert.deepEqual(
    [made, again].map((syncs) => syncs.map((one) => one.made)),
    [
      [true, false],
      [false, false],
    ],
  );
});
