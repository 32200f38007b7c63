import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';
import { startLab } from './testing/lab.ts';
import { connectTo, registerLab } from './testing/scene.ts';

const app = await startServer();

test('a workflow writes into an extension once, and a trigger sees what is new there', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const lab = await startLab(2);
  await registerLab(scene, lab);
  const { id } = await connectTo(scene, 'labcases');
  const fields = { id: 'W{{record.id}}', status: 'noted', changed: '{{record.changed}}' };
  const body = {
    name: 'Notes',
    trigger: {
      type: 'record_created',
      connection_id: id,
      object: 'cases',
      filter: "status = 'new'",
    },
    actions: [{ type: 'write', connection_id: id, object: 'cases', key: ['id'], fields }],
  };
  const workflow = bodyOf(await client.createWorkflow({ body: body as never }));

  lab.cases.set('C0003', { id: 'C0003', status: 'new', units: 3, changed: '2026-05-01T00:00:00Z' });

  await until('the workflow has written', async () => lab.cases.has('WC0003'));
  const params = { workflow: workflow.id };
  await until('its run is over', async () => {
    const runs = bodyOf(await client.listWorkflowRuns({ params }));
    return runs.length === 1 && runs[0]?.status === 'completed';
  });
  const [write] = lab.heard.filter(({ call }) => call === 'write');
  assert.notEqual(write?.asked.idempotency_key, null);
});
