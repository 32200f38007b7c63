import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { bodyOf, makeSync, run, untilOver } from '../testing/scene.ts';
import { startBetween } from '../testing/started.ts';

const { app, scene, source, destination, from, to } = await startBetween();
const owner = await asOwner(app.address);
after(() => owner.end());

const syncedBy = async (sync: string) =>
  bodyOf(await scene.client.getSync({ params: { sync } })).records_synced;

test('a run that failed and went on counts each of its records once', async () => {
  await source.admin.query(`create table counted (id int primary key);
    insert into counted select n from generate_series(1, 20) n`);
  await destination.admin.query('create table counted (id int primary key, check (id <> 17))');
  const settings = { on_error: 'fail', batch_size: 10 } as const;
  const sync = await makeSync(scene, { from, to, object: 'counted' }, settings);

  const failed = await run(scene, sync);
  const before = await syncedBy(sync);
  await destination.admin.query('alter table counted drop constraint counted_id_check');
  bodyOf(await scene.client.resumeRun({ params: { sync, run: failed.id }, body: {} }));
  await untilOver(scene, sync, failed.id);

  assert.deepEqual([before, await syncedBy(sync)], [10, 20]);
});

test('what a killed run had not said of its counts, its destination has kept with the position', async () => {
  await source.admin.query(`create table kept (id int primary key);
    insert into kept select n from generate_series(1, 20) n`);
  await destination.admin.query('create table kept (id int primary key, check (id <> 17))');
  const settings = { on_error: 'fail', batch_size: 5 } as const;
  const sync = await makeSync(scene, { from, to, object: 'kept' }, settings);

  const failed = await run(scene, sync);
  await destination.admin.query('alter table kept drop constraint kept_id_check');
  const unsaid = 'records_read = 0, records_written = 0, bytes = 0, position = null';
  await owner.rows(`update sync.run set ${unsaid} where id = $1`, [failed.id]);
  bodyOf(await scene.client.resumeRun({ params: { sync, run: failed.id }, body: {} }));
  const done = await untilOver(scene, sync, failed.id);

  assert.deepEqual([done.records_read, done.records_written], [20, 20]);
});

test('a part that was read again is no success of the sync', async () => {
  await source.admin.query('create table parts (id int primary key); insert into parts values (1)');
  const sync = await makeSync(scene, { from, to, object: 'parts' });
  const succeeded = async () => {
    const [row] = await owner.rows<{ succeeded_at: Date | null }>(
      'select succeeded_at from sync.sync where id = $1',
      [sync],
    );
    return row?.succeeded_at !== null;
  };

  await run(scene, sync, { keys: [1] });
  const afterPart = await succeeded();
  await run(scene, sync);

  assert.deepEqual([afterPart, await succeeded()], [false, true]);
});

test('a run that finds all connections in use waits, and has not tried', async () => {
  await source.admin.query('create table waiting (id int primary key)');
  const config = { max_connections: 1 };
  const body = { provider: 'postgres', name: 'One', config, credentials: source.credentials };
  const { id } = bodyOf(await scene.client.createConnection({ body }));
  await owner.rows(
    `insert into sync.lease (organization_id, connection_id, place, holder, until)
     values ($1, $2, 1, gen_random_uuid(), now() + interval '1 hour')`,
    [scene.organization, id],
  );
  const sync = await makeSync(scene, { from: id, to, object: 'waiting' });

  const params = {
    sync,
    run: bodyOf(await scene.client.runSync({ params: { sync }, body: {} })).id,
  };
  await until('it waits', async () => {
    return bodyOf(await scene.client.getRun({ params })).error?.includes('are in use');
  });
  const [row] = await owner.rows('select attempts from sync.run where id = $1', [params.run]);
  await owner.rows('delete from sync.lease where connection_id = $1', [id]);

  assert.deepEqual(row, { attempts: 0 });
  assert.equal((await untilOver(scene, sync, params.run)).status, 'completed');
});
