import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBot, resultOf } from '../../messaging/testing/scene.ts';
import { shortId } from '../../runtime/ids.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';
import { workflowsOf } from '../workflows/testing/scene.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
const { client, organization } = scene;
const workflows = workflowsOf(scene);

/** This server, as any other API. */
async function connectHere(path: string, token: string): Promise<string> {
  const body = { provider: 'http', name: 'Here', config: { base_url: `${app.url}${path}` } };
  const credentials = { kind: 'bearer', token };
  return bodyOf(await client.createConnection({ body: { ...body, credentials } })).id;
}

const connection_id = await connectHere('/v1', scene.token);
const calling = (url: string) => [{ type: 'http', connection_id, url, body: {} } as never];

const runsOf = async (workflow: string) =>
  bodyOf(await client.listWorkflowRuns({ params: { workflow } }));

/** All runs of a workflow that sets itself off, in the order of their depth, once it has ended. */
const untilEnded = (workflow: string) =>
  until('it has ended', async () => {
    const all = await runsOf(workflow);
    const isEnded = all.some(({ status, depth }) => status === 'failed' && depth > 8);
    return isEnded && all.toSorted((a, b) => a.depth - b.depth);
  });

const depths = [1, 2, 3, 4, 5, 6, 7, 8, 9];

test('a workflow that fires itself over HTTP ends at a depth', async () => {
  const { id } = await workflows.make({ actions: [] });
  const called = { name: 'Called', type: 'api_call', target: { workflow_id: id } } as const;
  const trigger = bodyOf(await client.createTrigger({ body: called }));
  const body = { actions: calling(`/triggers/${trigger.id}/fire`) };
  bodyOf(await client.patchWorkflow({ params: { workflow: id }, body }));

  await client.fireTrigger({ params: { trigger: trigger.id }, body: {} });
  const runs = await untilEnded(id);

  assert.deepEqual(
    runs.map(({ depth }) => depth),
    depths,
  );
  assert.match(runs.at(-1)?.error ?? '', /8 times/);
});

test('so does one that runs itself, and one that posts over HTTP where it listens', async () => {
  const { id: running } = await workflows.make({ actions: [] });
  const body = { actions: calling(`/workflows/${running}/run`) };
  bodyOf(await client.patchWorkflow({ params: { workflow: running }, body }));
  const bot = await makeBot(app, shortId('organization', organization), 'Ann');
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'general' } }));
  const messaging = await connectHere('/api/public', bot.key);
  const thread = { channelID, blocks: ['Again'] };
  const posting = { type: 'http', connection_id: messaging, url: '/postThread', body: thread };
  const own = await connectOwn(scene, 'messaging');
  const trigger = { type: 'record_created', connection_id: own, object: 'threads' } as const;
  const { id: listening } = await workflows.make({ trigger, actions: [posting as never] });

  await client.runWorkflow({ params: { workflow: running }, body: {} });
  resultOf(await bot.client.postThread({ body: { channelID, blocks: ['Hello'] } }));
  const [ran, listened] = await Promise.all([untilEnded(running), untilEnded(listening)]);

  assert.deepEqual(
    [ran, listened].map((runs) => runs.map(({ depth }) => depth)),
    [depths, depths],
  );
});

test('so does one whose beginning a webhook tells to this server', async () => {
  const { id } = await workflows.make({ actions: [] });
  const events = ['workflow.triggered'];
  const headers = { authorization: `Bearer ${scene.token}` };
  const url = `${app.url}/v1/workflows/${id}/run`;
  const webhook = bodyOf(await client.createWebhook({ body: { url, events, headers } }));

  await client.runWorkflow({ params: { workflow: id }, body: {} });
  const runs = await untilEnded(id);
  await client.deleteWebhook({ params: { webhook: webhook.id } });

  assert.deepEqual(
    runs.map(({ depth }) => depth),
    depths,
  );
});

test('nobody else says how deep something stands', async () => {
  const { id } = await workflows.make({ actions: [] });
  const run = async (header: string) => {
    const authorization = `Bearer ${scene.token}`;
    const headers = { authorization, 'heddle-depth': header, 'content-type': 'application/json' };
    const path = `${app.url}/v1/workflows/${id}/run`;
    const answer = await fetch(path, { method: 'POST', headers, body: '{}' });
    return ((await answer.json()) as { depth: number }).depth;
  };
  const ours = await app.server.platform.depths.write('wfr_1', 5);

  const told = await Promise.all(
    [ours, ours.replace('.5.', '.1.'), 'wfr_1.5.x', '5', ''].map((header) => run(header)),
  );

  assert.deepEqual(told, [6, 1, 1, 1, 1]);
});
