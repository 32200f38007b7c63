import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { heddle, heddleJson } from '../testing/heddle.ts';
import { change, connect, makeScene } from './testing/scene.ts';

const scene = await makeScene({ after });
const { environment } = scene;
change(scene, 'shop.db', 'create table orders (id integer primary key, total numeric)');
await connect(scene, 'shop');
await connect(scene, 'store');
const ends = ['--from', 'shop', '--to', 'store', '--table', 'orders', '--name', 'Orders'];
const sync = await heddleJson<{ id: string }>(['sync', 'create', ...ends], environment);

type Trigger = { id: string; enabled: boolean; next_run_at: string | null };

const create = (...more: string[]) => ['trigger', 'create', '--sync', 'Orders', ...more];

test('a trigger is made, shown, listed, disabled, enabled and deleted', async () => {
  const hourly = ['--name', 'Each hour', '--type', 'schedule', '--schedule', 'hourly'];
  const { id, next_run_at } = await heddleJson<Trigger>(create(...hourly), environment);

  const shown = await heddle(['trigger', 'show', 'Each hour'], environment);
  const listed = await heddle(['trigger', 'list'], environment);
  const disabled = await heddleJson<Trigger>(['trigger', 'disable', id], environment);
  const enabled = await heddleJson<Trigger>(['trigger', 'enable', id], environment);
  await heddleJson(['trigger', 'delete', id], environment);
  const gone = await heddle(['trigger', 'show', id], environment);

  assert.ok(next_run_at);
  assert.match(shown.stdout, /^of +hourly$/m);
  assert.match(shown.stdout, new RegExp(`^runs +${sync.id}$`, 'm'));
  assert.match(listed.stdout, /^Each hour +schedule +active +0 /m);
  assert.deepEqual([disabled.enabled, disabled.next_run_at], [false, null]);
  assert.ok(enabled.enabled && enabled.next_run_at);
  assert.match(gone.stderr, /there is no trigger .*heddle trigger list shows them/);
});

test('one that is called is fired with a record', async () => {
  const { id } = await heddleJson<Trigger>(
    create('--name', 'Called', '--type', 'api_call'),
    environment,
  );

  const fired = await heddleJson<{ run_id: string; sync_id: string }>(
    ['trigger', 'fire', 'Called', '--record', '{"id": 1}'],
    environment,
  );
  const again = await heddle(['trigger', 'fire', id], environment);
  const wrong = await heddle(['trigger', 'fire', id, '--record', '[1, 2]'], environment);

  assert.equal(fired.sync_id, sync.id);
  assert.match(fired.run_id, /^run_/);
  assert.match(again.stderr, /A run of the sync is active/);
  assert.deepEqual([again.code, wrong.code], [1, 1]);
});

test('the trigger that stands in a workflow is found by the name under which it is listed', async () => {
  const file = join(scene.folder, 'workflow.json');
  await writeFile(
    file,
    JSON.stringify({ name: 'Refunds', trigger: { type: 'api_call' }, actions: [] }),
  );
  const of = ['--organization', scene.organization];
  await heddleJson(['workflow', 'create', ...of, '--file', file], environment);

  const listed = await heddle(['trigger', 'list'], environment);
  const shown = await heddle(['trigger', 'show', 'Refunds'], environment);
  const fired = await heddleJson<{ run_id: string }>(['trigger', 'fire', 'Refunds'], environment);
  const deleted = await heddle(['trigger', 'delete', 'Refunds'], environment);

  assert.match(listed.stdout, /^Refunds +api_call/m);
  assert.match(shown.stdout, /^name +Refunds$/m);
  assert.match(fired.run_id, /^wfr_/);
  assert.equal(deleted.code, 1);
});

test('what does not fit is refused by its name', async () => {
  const records = ['--type', 'record_created', '--connection', 'shop', '--object', 'orders'];

  const cursor = await heddle(create('--name', 'X', ...records), environment);
  const target = await heddle(
    ['trigger', 'create', '--name', 'X', '--type', 'api_call'],
    environment,
  );
  const object = await heddle(
    create('--name', 'X', '--type', 'record_created', '--connection', 'shop'),
    environment,
  );

  assert.match(cursor.stderr, /cursor_field: is required: name a field of orders/);
  assert.match(target.stderr, /--workflow or --sync/);
  assert.match(object.stderr, /object: is required/);
});
