import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { accept, bodyOf, makeSync, run, untilOver } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';

const { app, scene, source, destination, from, to, folder, makeTable, countOf } =
  await startBetween();

test('a cursor field that a sync is given after a failed run begins anew', async () => {
  const object = await makeTable(300);
  await destination.admin.query(`create table ${object} (id int primary key,
    at timestamptz, check (id <> 250))`);
  const settings = { batch_size: 100, on_error: 'fail' as const };
  const sync = await makeSync(scene, { from, to, object }, settings);
  const failed = await run(scene, sync);
  await destination.admin.query(`alter table ${object} drop constraint ${object}_id_check`);
  await scene.client.patchSync({ params: { sync }, body: { cursor_field: 'at' } });

  const done = await run(scene, sync);

  assert.equal(failed.status, 'failed');
  assert.deepEqual([done.status, done.error], ['completed', null]);
  assert.equal(await countOf(object), 300);
});

test('what is read is not changed while a run is active, nor below a cursor', async () => {
  const object = await makeTable(3);
  const settings = { cursor_field: 'at', on_schema_change: 'pause' } as const;
  const sync = await makeSync(scene, { from, to, object }, settings);
  const params = { sync };
  const change = (body: object) => scene.client.patchSync({ params, body });
  await run(scene, sync);
  await scene.client.deleteCursor({ params });
  await source.admin.query(`alter table ${object} add column more text`);
  const paused = await run(scene, sync);

  const meanwhile = await change({ cursor_field: 'id' });
  const harmless = await change({ name: 'Another' });
  await accept(scene, sync, paused.id);
  const renamed = await change({ name: 'A third' });
  const afterwards = await change({ key: ['at'] });

  assert.equal(paused.status, 'paused');
  assert.deepEqual([meanwhile.status, harmless.status], [409, 200]);
  assert.deepEqual([renamed.status, afterwards.status], [200, 400]);
});

test('a sync that reads another object takes the fields of that one', async () => {
  const object = await makeTable(3);
  await source.admin.query(`create table another (id int primary key, name text);
    insert into another values (7, 'Ann')`);
  const sync = await makeSync(scene, { from, to, object });
  await run(scene, sync);

  const ends = {
    source: { connection_id: from, object: 'another' },
    destination: { connection_id: to, table: 'another' },
  };
  bodyOf(await scene.client.patchSync({ params: { sync }, body: ends }));
  const done = await run(scene, sync);

  assert.deepEqual([done.status, done.error, done.drift], ['completed', null, []]);
  const { rows } = await destination.admin.query('select * from another');
  assert.deepEqual(rows, [{ id: 7, name: 'Ann' }]);
});

test('a position of something else is refused before anything is read', async () => {
  const [one, other] = [await makeTable(3), await makeTable(3)];
  const settings = { cursor_field: 'at' };
  const sync = await makeSync(scene, { from, to, object: one }, settings);
  const second = await makeSync(scene, { from, to, object: other }, settings);
  await run(scene, sync);
  const { cursor } = bodyOf(await scene.client.getCursor({ params: { sync } }));
  bodyOf(await scene.client.putCursor({ params: { sync: second }, body: { cursor } }));

  const failed = await run(scene, second);

  assert.equal(failed.status, 'failed');
  assert.match(String(failed.error), /^The cursor of the sync is of another source, field or key/);
});

test('what is answered of a cursor is taken back as it was answered', async () => {
  const object = await makeTable(3);
  const sync = await makeSync(scene, { from, to, object }, { cursor_field: 'at' });
  const params = { sync };
  await run(scene, sync);
  const answered = bodyOf(await scene.client.getCursor({ params }));
  await scene.client.deleteCursor({ params });

  const { cursor } = bodyOf(await scene.client.putCursor({ params, body: answered }));
  const next = await run(scene, sync);

  assert.deepEqual(cursor, answered.cursor);
  assert.deepEqual([next.status, next.records_written], ['completed', 0]);
});

for (const [act, begins, count] of [
  ['set', { value: '2024-01-01 00:04:00+00' }, 61],
  ['deleted', null, 300],
] as const) {
  test(`a run does not go on below a cursor that was ${act} after it had failed`, async () => {
    const object = await makeTable(300);
    await destination.admin.query(`create table ${object} (id int primary key,
      at timestamptz, check (id <> 150))`);
    const settings = { batch_size: 100, on_error: 'fail', cursor_field: 'at' } as const;
    const sync = await makeSync(scene, { from, to, object }, settings);
    const params = { sync };
    const failed = await run(scene, sync);
    await (begins
      ? scene.client.putCursor({ params, body: { cursor: begins } })
      : scene.client.deleteCursor({ params }));
    await destination.admin.query(`alter table ${object} drop constraint ${object}_id_check`);

    const refused = await scene.client.resumeRun({ params: { sync, run: failed.id }, body: {} });
    const { cursor } = bodyOf(await scene.client.getCursor({ params }));
    const done = await run(scene, sync);

    assert.equal(failed.status, 'failed');
    assert.equal(refused.status, 409);
    assert.match(JSON.stringify(refused), /cursor of the sync was set since.*[Rr]un the sync/);
    assert.deepEqual([cursor, done.status, done.records_read], [begins, 'completed', count]);
  });
}

test('a run that failed below a cursor that was set before goes on', async () => {
  const object = await makeTable(300);
  await destination.admin.query(`create table ${object} (id int primary key,
    at timestamptz, check (id <> 50))`);
  const settings = { batch_size: 100, on_error: 'fail', cursor_field: 'at' } as const;
  const sync = await makeSync(scene, { from, to, object }, settings);
  const params = { sync };
  await scene.client.putCursor({ params, body: { cursor: { value: '2024-01-01 00:00:09+00' } } });
  const failed = await run(scene, sync);
  await destination.admin.query(`alter table ${object} drop constraint ${object}_id_check`);

  bodyOf(await scene.client.resumeRun({ params: { sync, run: failed.id }, body: {} }));
  const done = await untilOver(scene, sync, failed.id);

  assert.deepEqual([failed.status, done.status, done.error], ['failed', 'completed', null]);
  assert.equal(await countOf(object), 292);
});

test('what is remembered of records is shown nowhere, and a position that stays has one entry', async () => {
  const database = new DatabaseSync(join(folder, 'shop.db'));
  database.exec(`create table visits (id integer primary key, at timestamp);
    insert into visits values (1, '2024-01-01 00:00:01'), (2, '2024-01-01 00:00:01')`);
  database.close();
  const config = { path: 'shop.db' };
  const body = { provider: 'sqlite', name: 'Shop', config, credentials: {} };
  const shop = bodyOf(await scene.client.createConnection({ body })).id;
  const sync = await makeSync(scene, { from: shop, to, object: 'visits' }, { cursor_field: 'at' });
  const params = { sync };
  const first = await run(scene, sync);
  const { cursor } = bodyOf(await scene.client.getCursor({ params }));
  bodyOf(await scene.client.putCursor({ params, body: { cursor } }));

  const second = await run(scene, sync);

  const history = bodyOf(await scene.client.getCursorHistory({ params }));
  assert.deepEqual([second.status, second.records_written], ['completed', 0]);
  assert.deepEqual(
    history.map(({ run_id }) => run_id),
    [null, first.id],
  );
  const [kept] = await app.server.platform.database.of(scene.organization).transaction((tx) =>
    tx.rows<{ sync: string; run: string }>(
      `select s.position as sync, r.position as run from sync.sync s, sync.run r
         where s.id = $1 and r.id = $2`,
      [sync, second.id],
    ),
  );
  assert.match(String(kept?.sync), /"seen":/);
  for (const shown of [kept?.run, JSON.stringify([cursor, history, first, second])]) {
    assert.doesNotMatch(String(shown), /"seen":/);
  }
});
