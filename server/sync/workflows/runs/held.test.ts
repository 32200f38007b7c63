import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../../testing/scene.ts';
import { lockWorkflow } from '../store.ts';
import { set, workflowsOf } from '../testing/scene.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
const { client, organization } = scene;
const { make, ended } = workflowsOf(scene);

test('a run begins while somebody changes the workflow', async () => {
  const { id } = await make({ actions: [set({ v: 1 })] });
  const { database } = app.server.platform;

  const begun = await database.system.transaction(async (tx) => {
    await lockWorkflow(tx, organization, id);
    return client.runWorkflow({ params: { workflow: id }, body: {} });
  });

  const { version, status } = await ended(id, bodyOf(begun).id);
  assert.deepEqual([version, status], [1, 'completed']);
});
