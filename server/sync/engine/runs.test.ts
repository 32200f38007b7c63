import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { bodyOf, connect, makeSync, run, untilOver } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';

const { app, scene, source, destination, from, to, makeTable, countOf } = await startBetween();
const other = await app.another();

test('with a cursor only what is new is read; it is seen, set, forgotten, and has a history', async () => {
  const object = await makeTable(50);
  const sync = await makeSync(scene, { from, to, object }, { cursor_field: 'at' });
  const params = { sync };

  const first = await run(scene, sync);
  await source.admin.query(`insert into ${object} values (51, now())`);
  const second = await run(scene, sync);
  const seen = bodyOf(await scene.client.getCursor({ params }));
  await scene.client.deleteCursor({ params });
  const third = await run(scene, sync);

  assert.deepEqual([first.records_read, second.records_written], [50, 1]);
  assert.ok(second.records_read <= 2, String(second.records_read));
  assert.notEqual(seen.cursor, null);
  assert.equal(third.records_read, 51);
  const history = bodyOf(await scene.client.getCursorHistory({ params }));
  assert.deepEqual(
    history.map((one) => [one.run_id, one.set_by === null]),
    [
      [third.id, true],
      [null, false],
      [second.id, true],
      [first.id, true],
    ],
  );
});

test('a mirror pauses before it deletes much, and goes on when that is accepted', async () => {
  const object = await makeTable(10);
  const sync = await makeSync(scene, { from, to, object }, { mode: 'mirror' });
  await run(scene, sync);
  await source.admin.query(`delete from ${object} where id > 5`);

  const paused = await run(scene, sync);
  const kept = await countOf(object);
  const params = { sync, run: paused.id };
  bodyOf(await scene.client.resumeRun({ params, body: { accept: true } }));
  const done = await untilOver(scene, sync, paused.id);

  assert.equal(paused.status, 'paused');
  assert.deepEqual([paused.pause?.planned_deletes, paused.pause?.total], [5, 10]);
  assert.equal(kept, 10);
  assert.deepEqual([done.status, done.records_deleted], ['completed', 5]);
  assert.equal(await countOf(object), 5);
});

test('a run is not begun twice, and ends when it is cancelled, even while it waits', async () => {
  const object = await makeTable(1);
  const body = {
    provider: 'postgres',
    name: 'Away',
    credentials: { host: '127.0.0.1', port: 9, database: 'none', user: 'nobody' },
  };
  const away = bodyOf(await scene.client.createConnection({ body }));
  const sync = await makeSync(scene, { from: away.id, to, object });
  const begun = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));

  const again = await scene.client.runSync({ params: { sync }, body: {} });
  await until('it is tried', async () => {
    const shown = bodyOf(await scene.client.getRun({ params: { sync, run: begun.id } }));
    return shown.error !== null;
  });
  bodyOf(await scene.client.cancelRun({ params: { sync, run: begun.id } }));
  const done = await untilOver(scene, sync, begun.id);

  assert.equal(away.status, 'error');
  assert.equal(again.status, 409);
  assert.equal(done.status, 'cancelled');
});

test('two servers begin one run for each time of a schedule, and a missed one once', async () => {
  const object = await makeTable(3);
  const sync = await makeSync(scene, { from, to, object }, { schedule: 'hourly' });
  const { next_run_at } = bodyOf(await scene.client.getSync({ params: { sync } }));
  const before = app.clock.now().getTime();

  app.clock.advance({ hours: 5 });
  const first = await until('it has run', async () => {
    const [one] = bodyOf(await scene.client.listRuns({ params: { sync } }));
    return one?.status === 'completed' && one;
  });
  const after = bodyOf(await scene.client.getSync({ params: { sync } }));

  assert.ok(next_run_at !== null && new Date(next_run_at).getTime() > before);
  assert.equal(first.trigger, 'schedule');
  assert.equal(bodyOf(await scene.client.listRuns({ params: { sync } })).length, 1);
  assert.ok(new Date(after.next_run_at ?? 0) > app.clock.now());
  assert.ok(other.url !== app.url);
});

test('a schedule that is changed, stopped or deleted begins nothing that it was before', async () => {
  const object = await makeTable(1);
  const sync = await makeSync(scene, { from, to, object }, { schedule: 'hourly' });
  const change = (body: object) => scene.client.patchSync({ params: { sync }, body });

  const quick = bodyOf(await change({ schedule: '*/2 * * * *' }));
  const manual = bodyOf(await change({ schedule: 'manual' }));
  const stopped = bodyOf(await change({ schedule: 'hourly', enabled: false }));

  const minutes = (new Date(quick.next_run_at ?? 0).getTime() - app.clock.now().getTime()) / 60_000;
  assert.ok(minutes > 0 && minutes <= 2, String(minutes));
  assert.deepEqual([manual.next_run_at, stopped.next_run_at], [null, null]);
  assert.deepEqual([manual.status, stopped.status], ['pending', 'stopped']);
  assert.equal((await scene.client.runSync({ params: { sync }, body: {} })).status, 400);
});

test('deleting a connection stops its syncs', async () => {
  const object = await makeTable(1);
  const own = await connect(scene, source);
  const sync = await makeSync(scene, { from: own, to, object }, { schedule: 'daily' });

  const { status } = await scene.client.deleteConnection({ params: { connection: own } });

  const shown = bodyOf(await scene.client.getSync({ params: { sync } }));
  assert.deepEqual([status, shown.status, shown.next_run_at], [204, 'stopped', null]);
});

test('what a source has gained is reported, and what a mapping names must be there', async () => {
  const object = await makeTable(2);
  const sync = await makeSync(scene, { from, to, object });
  await run(scene, sync);
  await source.admin.query(`alter table ${object} add column more text default 'x'`);

  const ignoring = await run(scene, sync);
  await scene.client.patchSync({ params: { sync }, body: { on_schema_change: 'add' } });
  const adding = await run(scene, sync);
  await scene.client.patchSync({
    params: { sync },
    body: { field_mappings: [{ source: 'nowhere', destination: 'nowhere' }] },
  });
  const failing = await run(scene, sync);

  assert.deepEqual(ignoring.drift, ['The source has a new field more.']);
  assert.deepEqual([adding.status, adding.error], ['completed', null]);
  const { rows } = await destination.admin.query(`select more from ${object} where id = 1`);
  assert.deepEqual(rows, [{ more: 'x' }]);
  assert.deepEqual([failing.status, failing.error], ['failed', 'The source has no field nowhere.']);
});

test('a run that paused for a new field goes on with it when that is accepted, in a sync that is enabled', async () => {
  const object = await makeTable(2);
  const sync = await makeSync(scene, { from, to, object }, { on_schema_change: 'pause' });
  await run(scene, sync);
  await source.admin.query(`alter table ${object} add column more text default 'x'`);

  const paused = await run(scene, sync);
  const params = { sync, run: paused.id };
  const accept = () => scene.client.resumeRun({ params, body: { accept: true } });
  bodyOf(await accept());
  const done = await untilOver(scene, sync, paused.id);
  const next = await run(scene, sync);
  await scene.client.patchSync({ params: { sync }, body: { enabled: false } });
  const stopped = await scene.client.resumeRun({ params: { sync, run: next.id }, body: {} });

  assert.deepEqual(
    [paused.status, paused.pause?.reason],
    ['paused', 'The source has a new field more.'],
  );
  assert.deepEqual([done.status, next.status, next.drift], ['completed', 'completed', []]);
  const { rows } = await destination.admin.query(`select more from ${object} where id = 1`);
  assert.deepEqual(rows, [{ more: 'x' }]);
  assert.equal(stopped.status, 409);
});

test('a run that failed goes on, but not after another one has begun', async () => {
  const object = await makeTable(300);
  const settings = { batch_size: 100, on_error: 'fail' as const };
  const sync = await makeSync(scene, { from, to, object }, settings);
  await run(scene, sync);
  const failing = async () => {
    await source.admin.query(`update ${object} set at = at + interval '1 day'`);
    await destination.admin.query(
      `alter table ${object} add constraint small check (id <> 250) not valid`,
    );
    const failed = await run(scene, sync);
    await destination.admin.query(`alter table ${object} drop constraint small`);
    return { sync, run: failed.id };
  };

  const first = await failing();
  bodyOf(await scene.client.resumeRun({ params: first, body: {} }));
  const done = await untilOver(scene, sync, first.run);
  const second = await failing();
  await run(scene, sync);
  const refused = await scene.client.resumeRun({ params: second, body: {} });

  assert.equal(done.status, 'completed');
  assert.deepEqual([refused.status, await countOf(object)], [409, 300]);
});

test('a run that outlasts its interval lets the times of its schedule pass, and they are counted', async () => {
  const object = await makeTable(1);
  const body = {
    provider: 'postgres',
    name: 'Silent',
    credentials: { host: '127.0.0.1', port: 9, database: 'none', user: 'nobody' },
  };
  const away = bodyOf(await scene.client.createConnection({ body })).id;
  const sync = await makeSync(scene, { from: away, to, object }, { schedule: 'hourly' });
  const runs = async () => bodyOf(await scene.client.listRuns({ params: { sync } }));

  app.clock.advance({ hours: 1 });
  await until('it has begun', async () => (await runs()).length === 1);
  app.clock.advance({ hours: 1 });
  const shown = await until('the next time has passed', async () => {
    const one = bodyOf(await scene.client.getSync({ params: { sync } }));
    return one.skipped_ticks > 0 && one;
  });
  await scene.client.patchSync({ params: { sync }, body: { enabled: false } });

  assert.deepEqual([shown.skipped_ticks, (await runs()).length], [1, 1]);
  assert.ok(new Date(shown.next_run_at ?? 0) > app.clock.now());
});

test('a sync that should have a time and has lost it gets one; a stopped or deleted one begins nothing', async () => {
  const object = await makeTable(1);
  const make = () => makeSync(scene, { from, to, object }, { schedule: 'hourly' });
  const [lost, stopped, deleted, changed] = [
    await make(),
    await make(),
    await make(),
    await make(),
  ];
  await scene.client.patchSync({ params: { sync: changed }, body: { schedule: 'manual' } });
  await scene.client.patchSync({ params: { sync: stopped }, body: { enabled: false } });
  await scene.client.deleteSync({ params: { sync: deleted } });
  await app.server.platform.database
    .of(scene.organization)
    .transaction((tx) => tx.rows('update sync.sync set next_run_at = null where id = $1', [lost]));

  await until('it has a time', async () => {
    const { next_run_at } = bodyOf(await scene.client.getSync({ params: { sync: lost } }));
    return next_run_at !== null;
  });
  app.clock.advance({ hours: 2 });
  await until('it has run', async () => {
    const [one] = bodyOf(await scene.client.listRuns({ params: { sync: lost } }));
    return one?.status === 'completed';
  });

  for (const sync of [stopped, changed]) {
    assert.deepEqual(bodyOf(await scene.client.listRuns({ params: { sync } })), []);
  }
  assert.equal((await scene.client.listRuns({ params: { sync: deleted } })).status, 404);
});
