import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeSyncScene } from '../testing/scene.ts';
import { forgetRunsOf } from './runs/forgetting/store.ts';
import { makeEcho, workflowsOf } from './testing/scene.ts';

const app = await startServer({ HEDDLE_ALLOW_PRIVATE_HOSTS: '1' });
const scene = await makeSyncScene(app);
const { client, organization } = scene;
const { make, ended, run } = workflowsOf(scene);

async function answering(status: number, text: string) {
  const server = createServer((_, response) => response.writeHead(status).end(text));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a run that fails once more says so once more, and tries what failed under the same key', async () => {
  const echo = await makeEcho();
  echo.statuses.push(404, 200, 404);
  const http = (path: string) => ({ type: 'http', url: `${echo.url}/${path}` }) as const;
  const workflow = await make({ actions: [http('do')], on_error: [http('say')] });
  const first = await run(workflow.id);
  const params = { workflow: workflow.id, workflow_run: first.id };

  assert.ok((await client.retryWorkflowRun({ params, body: {} })).ok);
  await until('it has said so', async () => echo.asked.length === 4);
  await ended(workflow.id, first.id);

  const keysOf = (path: string) => echo.asked.flatMap(({ url, key }) => (url === path ? key : []));
  assert.equal(new Set(keysOf('/do')).size, 1);
  assert.equal(new Set(keysOf('/say')).size, 2);
});

test('whatever a system says, a run ends with it', async () => {
  const url = await answering(400, 'no\0no');
  const { id } = await make({ actions: [{ type: 'http', url }] });

  const { status, error } = await run(id);

  assert.deepEqual([status, error?.includes('\0')], ['failed', false]);
});

test('why a run has failed is forgotten with whom it tells of', async () => {
  const url = await answering(400, 'Ann is known already');
  const { id } = await make({ actions: [{ type: 'http', url }] });
  const failed = await run(id, { name: 'Ann' });
  const { database } = app.server.platform;

  await database.system.transaction(async (tx) => {
    await tx.rows('update sync.workflow_run set subject = $2 where id = $1', [
      failed.id,
      'patient 7',
    ]);
    await forgetRunsOf(tx, organization, 'patient 7');
  });

  const forgotten = await ended(id, failed.id);
  assert.match(failed.error ?? '', /Ann/);
  assert.equal(forgotten.status, 'failed');
  assert.ok(!JSON.stringify(forgotten).includes('Ann'));
});
