import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';
import { deleteOldVersions } from './store.ts';
import { set, workflowsOf } from './testing/scene.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
const { make, run, get } = workflowsOf(scene);
const { database } = app.server.platform;

test('a version goes when it was replaced a while ago and no run of it is kept', async () => {
  const { id } = await make({ actions: [set({ version: 1 })] });
  const change = async (version: number) =>
    bodyOf(
      await scene.client.putWorkflow({
        params: { workflow: id },
        body: { actions: [set({ version })] },
      }),
    );
  await change(2);
  const { id: kept } = await run(id);
  await change(3);
  await change(4);
  const ofIt = async () => {
    const rows = await database.system.reading.rows<{ version: number }>(
      'select version from sync.workflow_version where workflow_id = $1 order by version',
      [id],
    );
    return rows.map(({ version }) => version);
  };
  const clean = (before: Date) =>
    database.system.transaction((tx) => deleteOldVersions(tx, before, 100));
  const now = app.clock.now().getTime();

  await clean(new Date(now - 60_000));
  const young = await ofIt();
  const deleted = await clean(new Date(now + 60_000));

  assert.deepEqual(young, [1, 2, 3, 4]);
  assert.deepEqual([deleted, await ofIt()], [2, [2, 4]]);
  assert.equal((await get(id, kept)).status, 'completed');

  await database.system.transaction((tx) =>
    tx.rows('delete from sync.workflow_run where id = $1', [kept]),
  );
  await clean(new Date(now + 60_000));

  assert.deepEqual(await ofIt(), [4]);
});
