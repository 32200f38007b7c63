import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../runtime/testing/until.ts';
import { bodyOf, makeSync, run } from './testing/scene.ts';
import { startBetween } from './testing/started.ts';
import { set, workflowsOf } from './workflows/testing/scene.ts';

const { app, scene, from, to, makeTable } = await startBetween();
const { client, organization } = scene;
const { database } = app.server.platform;
const workflows = workflowsOf(scene);
const object = await makeTable(2);

const listen = async (event: string, filter?: string) => {
  const { id: workflow } = await workflows.make({ actions: [set({ seen: true })] });
  const target = { workflow_id: workflow };
  const body = { name: 'Test', type: 'event', event, target, filter: filter ?? null } as const;
  const { id } = bodyOf(await client.createTrigger({ body }));
  const runs = async () => bodyOf(await client.listWorkflowRuns({ params: { workflow } }));
  const show = async () => bodyOf(await client.getTrigger({ params: { trigger: id } }));
  return { id, runs, show };
};

const write = (text: string, values: readonly unknown[]) =>
  database.of(organization).transaction((tx) => tx.rows(text, values));

test('a filter that is not understood any more holds up no other, and its trigger says so', async () => {
  const [broken, whole] = [
    await listen('sync.completed', 'records_written > 1'),
    await listen('sync.completed'),
  ];
  await write('update sync.trigger set filter = $2 where id = $1', [broken.id, '"a >"']);

  await run(scene, await makeSync(scene, { from, to, object, table: 'filtered' }));
  await until('the other has fired', async () => (await whole.show()).fired === 1);
  const shown = await broken.show();
  const filter = 'records_written > 2';
  const params = { trigger: broken.id };
  const mended = bodyOf(await client.patchTrigger({ params, body: { filter } }));

  assert.deepEqual([shown.status, mended.status, mended.message], ['error', 'active', null]);
  assert.match(shown.message ?? '', /filter/);
  assert.deepEqual(await broken.runs(), []);
});

test('an event that cannot be read is left out, and those beside it are taken', async () => {
  const sync = await makeSync(scene, { from, to, object, table: 'told' });
  const heard = await listen('record.created');
  const data = { sync_id: sync, connection_id: from, object, sealed: 'AAAA' };
  await write(
    `insert into platform.event (organization, type, subject, data, created_at)
     values ($1, 'record.created', $2, $3, $4)`,
    [organization, sync, JSON.stringify(data), app.clock.now()],
  );

  await run(scene, sync);
  const runs = await until('the others are told', async () => {
    const all = await heard.runs();
    return all.length === 2 && all;
  });

  assert.equal(runs.length, 2);
});
