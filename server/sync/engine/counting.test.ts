import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, untilOver } from '../testing/scene.ts';

const app = await startServer();
const source = await makeDatabase();
const destination = await makeDatabase();
const owner = await asOwner(app.address);
after(() => Promise.all([source.end(), destination.end(), owner.end()]));
const scene = await makeSyncScene(app);
const from = await connect(scene, source);
const to = await connect(scene, destination);

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
