import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openChannel, shown, visit } from '../messaging/testing/website.ts';
import { until } from '../runtime/testing/until.ts';
import { startServer } from '../testing/server.ts';
import { makeDatabase } from './connectors/testing/databases.ts';
import { bodyOf, connect, connectOwn, makeSync, makeSyncScene, run } from './testing/scene.ts';

const app = await startServer();
const source = await makeDatabase();
after(() => source.end());

test('a sync that fails sets off a workflow, which tells a channel', async () => {
  const scene = await makeSyncScene(app);
  const ann = await visit(app, scene.organization, { name: 'Ann' });
  const channel_id = await openChannel(ann, 'owners');
  await connectOwn(scene, 'messaging', 'Watch');
  const database = await connect(scene, source);
  const body = {
    name: 'A failed sync to the owners',
    trigger: { type: 'event', event: 'sync.failed' },
    actions: [
      { type: 'notify', channel: 'threads', to: 'owners', message: '{{record.sync_id}} failed' },
    ],
  } as never;
  bodyOf(await scene.client.createWorkflow({ body }));
  const ends = { from: database, to: database, object: 'nowhere', table: 'copy' };
  const sync = await makeSync(scene, ends);

  await run(scene, sync);

  const [thread] = await until('the channel is told', async () => {
    const { threads } = shown(await ann.client.listThreads({ params: { channel_id } }));
    return threads.length > 0 && threads;
  });
  assert.deepEqual(thread?.blocks, [`${sync} failed`]);
});
