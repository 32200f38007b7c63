import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { makeDatabase } from '../../connectors/testing/databases.ts';
import { connect, makeSync, makeSyncScene } from '../../testing/scene.ts';
import { claimFeed, ensureFeed, releaseFeed } from './store.ts';

// Nobody holds a feed here but who is told to.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const database = await makeDatabase();
after(() => database.end());
const scene = await makeSyncScene(app);
const { system } = app.server.platform.database;
const claim = () => system.transaction(claimFeed);

async function makeFeed() {
  const from = await connect(scene, database);
  const sync = await makeSync(scene, { from, to: from, object: 'one', table: 'other' });
  await system.transaction((tx) => ensureFeed(tx, scene.organization, sync));
  return from;
}

test('a feed that cannot be held leaves the others their turn', async () => {
  const connections = [await makeFeed(), await makeFeed()];
  const [broken, well] = [await claim(), await claim()];
  assert.ok(broken && well);
  assert.deepEqual([broken.connectionId, well.connectionId].sort(), connections.sort());

  await system.transaction((tx) => releaseFeed(tx, well));
  await system.transaction((tx) => releaseFeed(tx, broken, 3600));
  const again = [await claim(), await claim()].map((one) => one?.connectionId);

  assert.deepEqual(again, [well.connectionId, undefined]);
});
