import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { bodyOf, makeSync, run } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';

const { app, scene, source, destination, from, to } = await startBetween();
const owner = await asOwner(app.address);
after(() => owner.end());
const { client } = scene;

const mappings = (protect?: 'hash') => [
  { source: 'email', destination: 'email', ...(protect ? { protect } : {}) },
  { source: 'at', destination: 'at' },
];

const protect = (sync: string) =>
  client.patchSync({ params: { sync }, body: { field_mappings: mappings('hash') } });

/** A table of addresses whose last one the destination refuses. */
async function makeTable(object: string) {
  await source.admin.query(`create table ${object} (email text primary key, at int not null);
    insert into ${object} select 'planted' || n, n from generate_series(1, 6) n`);
  await destination.admin.query(
    `create table ${object} (email text primary key, at int, check (at <> 6))`,
  );
}

/** All that is kept, and shown, of where a sync has been. */
async function placesOf(sync: string): Promise<string[]> {
  const params = { sync };
  const rows = await owner.rows<{ position: string }>(
    `select position from sync.sync where id = $1 union all
     select position from sync.run where sync_id = $1 and position is not null union all
     select position from sync.cursor_history where sync_id = $1`,
    [sync],
  );
  const shown = [
    bodyOf(await client.getCursor({ params })),
    bodyOf(await client.getCursorHistory({ params })),
    bodyOf(await client.listRuns({ params })),
  ];
  return [...rows.map(({ position }) => position), ...shown.map((one) => JSON.stringify(one))];
}

test('what is protected later is in no position any more, and the sync goes on from there', async () => {
  await makeTable('later');
  const settings = { cursor_field: 'at', batch_size: 2, on_error: 'fail' } as const;
  const sync = await makeSync(scene, { from, to, object: 'later' }, settings);
  const failed = await run(scene, sync);
  await source.admin.query('update later set at = 7 where at = 6');
  await run(scene, sync);
  await source.admin.query("insert into later values ('planted8', 8)");

  const before = await placesOf(sync);
  bodyOf(await protect(sync));
  const places = await placesOf(sync);
  const done = await run(scene, sync);
  const { rows: states } = await destination.admin.query('select s::text from heddle_state s');

  assert.deepEqual([failed.status, done.status, done.error], ['failed', 'completed', null]);
  assert.deepEqual([done.records_read, done.records_written], [1, 1]);
  assert.ok(before.length >= 8 && before.every((one) => one.includes('planted')), before.join());
  assert.equal(places.length, before.length);
  assert.doesNotMatch([...places, JSON.stringify(states)].join(), /planted/);
});

test('what a run set aside before its sync protected more is not shown as long as it does', async () => {
  await makeTable('refused');
  const settings = { field_mappings: mappings() };
  const sync = await makeSync(scene, { from, to, object: 'refused' }, settings);
  const { id } = await run(scene, sync);
  const params = { sync, run: id };
  const shown = async () => JSON.stringify(bodyOf(await client.listRejected({ params })));

  const before = await shown();
  bodyOf(await protect(sync));
  const later = await shown();
  const open = { field_mappings: mappings() };
  bodyOf(await client.patchSync({ params: { sync }, body: open }));
  const afterwards = await shown();

  assert.match(before, /planted6/);
  assert.match(later, /"record":\{\},.*protects more since/);
  assert.equal(afterwards, before);
});

test('no run goes on with a value that its sync protects since', async () => {
  await makeTable('onward');
  const settings = { on_error: 'fail', on_schema_change: 'pause' } as const;
  const open = { ...settings, field_mappings: mappings() };
  const [one, other] = [
    await makeSync(scene, { from, to, object: 'onward' }, open),
    await makeSync(scene, { from, to, object: 'onward', table: 'onward_too' }, open),
  ];
  const failed = await run(scene, one);
  await run(scene, other);
  await source.admin.query('alter table onward add column more text');
  const paused = await run(scene, other);

  const between = await protect(other);
  bodyOf(await protect(one));
  const params = { sync: one, run: failed.id };
  const resumed = await client.resumeRun({ params, body: {} });

  assert.deepEqual([failed.status, paused.status], ['failed', 'paused']);
  assert.deepEqual([between.status, resumed.status], [409, 409]);
  assert.match(JSON.stringify(resumed), /protects more since/);
});
