import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Db } from '../../runtime/database/database.ts';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { product } from '../index.ts';
import { bodyOf, connect, makeSync, makeSyncScene } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const database = await makeDatabase();
after(() => database.end());

test('in a restored copy nothing runs until somebody begins it there', async () => {
  const scene = await makeSyncScene(app);
  const there = await connect(scene, database);
  const ends = { from: there, to: there, object: 'a', table: 'b' };
  const sync = await makeSync(scene, ends, { schedule: 'hourly' });
  const begun = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
  const owner = await asOwner(app.address);

  await product.hold?.(owner as Db);
  await owner.end();

  const params = { sync, run: begun.id };
  const held = bodyOf(await scene.client.getSync({ params: { sync } }));
  assert.deepEqual([held.status, held.next_run_at], ['stopped', null]);
  assert.equal(bodyOf(await scene.client.getRun({ params })).status, 'cancelled');
  const again = bodyOf(await scene.client.patchSync({ params: { sync }, body: { enabled: true } }));
  assert.notEqual(again.next_run_at, null);
});
