import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';
import { openSink } from '../webhooks/testing/sink.ts';
import { makeWebhook } from '../webhooks/testing/telling.ts';
import { set, workflowsOf } from './testing/scene.ts';

const app = await startServer({ HEDDLE_ALLOW_PRIVATE_HOSTS: '1' });
const scene = await makeSyncScene(app);
const { client } = scene;
const { make, ended, run } = workflowsOf(scene);

test('a record that comes by the API is known by the object of the workflow’s own trigger', async () => {
  const connection_id = await connectOwn(scene, 'messaging');
  const { id: workflow } = await make({
    trigger: { type: 'record_created', connection_id, object: 'threads' },
    actions: [set({ said: '{{threads.text}}', by: '{{trigger.type}}' })],
  });
  const target = { workflow_id: workflow };
  const call = (more: object) =>
    client.createTrigger({ body: { name: 'Call', type: 'api_call', target, ...more } });
  const [plain, named] = [bodyOf(await call({})), bodyOf(await call({ object: 'posts' }))];
  const fired = async (trigger: string) =>
    bodyOf(await client.fireTrigger({ params: { trigger }, body: { text: 'Hi' } })).run_id;

  const direct = await run(workflow, { text: 'Hi' });
  const called = await ended(workflow, await fired(plain.id));
  const other = await ended(workflow, await fired(named.id));

  for (const { trigger, steps } of [direct, called]) {
    assert.deepEqual([trigger?.connection_id, trigger?.object], [connection_id, 'threads']);
    assert.deepEqual(steps[0]?.output, { text: 'Hi', said: 'Hi', by: 'api_call' });
  }
  assert.deepEqual([other.trigger?.connection_id, other.trigger?.object], [null, 'posts']);
  assert.deepEqual(other.steps[0]?.missing, ['threads.text']);
});

test('the connection of a product counts for those only who may read there', async () => {
  const { organization } = scene;
  const reader = await makeSyncScene(app, { organization, scopes: ['patients/get'] });
  const connection_id = await connectOwn(reader, 'scheduling');
  const { id } = await workflowsOf(reader).make({
    trigger: { type: 'record_created', connection_id, object: 'patients' },
    actions: [set({ name: '{{patients.first_name}}' })],
  });

  const [theirs, ours] = [await workflowsOf(reader).run(id, { first_name: 'Ada' }), await run(id)];

  assert.equal(theirs.trigger?.connection_id, connection_id);
  assert.deepEqual([ours.trigger?.connection_id, ours.trigger?.object], [null, 'patients']);
});

test('a run that the API begins is told as one that a trigger has begun', async () => {
  const sink = await openSink();
  await makeWebhook(scene, sink.url, { events: ['workflow.triggered'] });
  const { id: workflow_id } = await make({ actions: [set({ a: 1 })] });

  const { id: run_id } = await run(workflow_id);
  const told = await until('it is told', () => {
    const all = sink.received.map(({ body }) => body.data);
    return all.find((data) => data.run_id === run_id);
  });

  assert.deepEqual(told, { workflow_id, run_id, trigger: { id: null, type: 'api_call' } });
});
