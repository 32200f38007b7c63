import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { define } from '../../syncs/definition.ts';
import { insertSync } from '../../syncs/store.ts';
import { makeSyncScene } from '../../testing/scene.ts';
import { deleteUnwatched, selectSeen, upsertSeen } from './store.ts';

const app = await startServer();
const { database } = app.server.platform;

test('what watches have seen that are gone is deleted, and nothing of those that are there', async () => {
  const { organization } = await makeSyncScene(app);
  const keys = ['a', 'b', 'c', 'd', 'e'].map((text) => Buffer.from(text));
  const end = { connection_id: 'none', object: 'none' };
  const settings = define({ source: end, destination: end, mode: 'upsert' });
  const timing = { schedule: 'realtime', timezone: 'UTC', enabled: false, next_run_at: null };
  const watch = { id: 'sync_3', name: 'Watch', settings, ...timing, watches: 'trg_3' };
  const all = ['sync_1', 'sync_2', 'sync_3', 'sync_4'];
  await database.of(organization).transaction(async (tx) => {
    await insertSync(tx, organization, watch, app.clock.now());
    const seen = keys.map((key) => ({ key, fields: null, isBaseline: false }));
    for (const id of all) await upsertSeen(tx, organization, id, seen);
  });

  const deleted: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    deleted.push(await database.system.transaction((tx) => deleteUnwatched(tx, 12)));
  }

  const left = await database
    .of(organization)
    .transaction((tx) => Promise.all(all.map((id) => selectSeen(tx, organization, id, keys))));
  assert.deepEqual(deleted, [12, 3, 0]);
  assert.deepEqual(
    left.map(({ size }) => size),
    [0, 0, 5, 0],
  );
});
