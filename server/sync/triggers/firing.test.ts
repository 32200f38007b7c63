import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { causedDepth, keyText, noteCauses } from '../causes/causes.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';
import { set, workflowsOf } from '../workflows/testing/scene.ts';
import { fire } from './firing.ts';
import { selectTrigger } from './store.ts';

const app = await startServer();
const { database, keyring } = app.server.platform;
const scene = await makeSyncScene(app, { scopes: ['patients/get', 'patients/post'] });
const { client, organization } = scene;
const workflows = workflowsOf(scene);

const calling = { name: 'Called', type: 'api_call' } as const;
const make = async (workflow_id: string, body: object = {}) =>
  bodyOf(await client.createTrigger({ body: { ...calling, ...body, target: { workflow_id } } }));
const runsOf = async (workflow: string) =>
  bodyOf(await client.listWorkflowRuns({ params: { workflow } }));

/** What a trigger has seen that somebody else looks for. */
async function seen(trigger: string, records: readonly { depth: number }[]) {
  return database.of(organization).transaction(async (tx) => {
    const row = await selectTrigger(tx, organization, trigger);
    assert.ok(row);
    const services = { organization, now: app.clock.now(), keyring };
    const firings = records.map(({ depth }, id) => ({ trigger: row, record: { id }, depth }));
    return fire(tx, services, firings);
  });
}

describe('a trigger of a workflow', () => {
  test('runs it with the record, and says so in the log', async () => {
    const { id: workflow } = await workflows.make({ actions: [set({ tall: '{{record.name}}' })] });
    const trigger = await make(workflow, { object: 'Person' });

    const fired = bodyOf(
      await client.fireTrigger({ params: { trigger: trigger.id }, body: { name: 'Ann' } }),
    );
    const run = await workflows.ended(workflow, fired.run_id);
    const after = bodyOf(await client.getTrigger({ params: { trigger: trigger.id } }));
    const events = await asOwner<{ data: object }>(
      app.address,
      `select data from platform.event where type = 'workflow.triggered' and subject = $1`,
      [fired.run_id],
    );

    assert.equal(run.status, 'completed');
    assert.partialDeepStrictEqual(run.trigger, {
      ...{ id: trigger.id, type: 'api_call', object: 'Person', record: { name: 'Ann' } },
    });
    assert.deepEqual([run.depth, after.fired], [1, 1]);
    assert.deepEqual(
      events.map(({ data }) => data),
      [
        {
          workflow_id: workflow,
          run_id: fired.run_id,
          trigger: { id: trigger.id, type: 'api_call' },
        },
      ],
    );
  });

  test('runs it once for each record, and none while it is disabled', async () => {
    const { id: workflow } = await workflows.make({ actions: [] });
    const { id } = await make(workflow);

    const some = await seen(id, [{ depth: 1 }, { depth: 1 }, { depth: 2 }]);
    await client.patchWorkflow({ params: { workflow }, body: { enabled: false } });
    const none = await seen(id, [{ depth: 1 }]);
    const refused = await client.fireTrigger({ params: { trigger: id }, body: {} });
    const after = bodyOf(await client.getTrigger({ params: { trigger: id } }));

    assert.deepEqual([some.length, none.length, refused.status], [3, 0, 400]);
    assert.equal((await runsOf(workflow)).length, 3);
    assert.deepEqual([after.fired, after.skipped], [3, 1]);
  });

  test('ends at a depth with a run that says so, once in a minute', async () => {
    const { id: workflow } = await workflows.make({ actions: [] });
    const { id } = await make(workflow);
    const deep = Array.from({ length: 20 }, () => ({ depth: 9 }));

    await seen(id, [{ depth: 8 }, ...deep]);
    const said = bodyOf(await client.getTrigger({ params: { trigger: id } })).message;
    await seen(id, deep);
    const early = await runsOf(workflow);
    app.clock.advance({ seconds: 61 });
    await seen(id, deep);
    const later = await runsOf(workflow);
    const shown = bodyOf(await client.getTrigger({ params: { trigger: id } }));

    const failed = later.filter(({ status }) => status === 'failed');
    assert.deepEqual([early.length, later.length, failed.length], [2, 3, 2]);
    assert.ok(failed.every(({ error, depth }) => depth === 9 && error?.includes('8 times')));
    assert.match(said ?? '', /filter/);
    assert.equal(shown.message, said);
    assert.deepEqual([shown.fired, shown.skipped], [1, 60]);
  });
});

describe('a trigger in a workflow', () => {
  const hourly = { type: 'schedule', schedule: 'hourly' } as const;

  test('is shown in both places, and changed by its workflow only', async () => {
    const made = await workflows.make({ actions: [], trigger: hourly });
    const id = (made.trigger as { id: string }).id;
    const params = { trigger: id };

    const shown = bodyOf(await client.getTrigger({ params }));
    const changed = await client.patchTrigger({ params, body: { name: 'Other' } });
    const deleted = await client.deleteTrigger({ params });

    assert.partialDeepStrictEqual(made.trigger, { type: 'schedule', schedule: 'hourly' });
    assert.deepEqual([shown.inline, shown.target.workflow_id], [true, made.id]);
    assert.deepEqual([changed.status, deleted.status], [409, 409]);
  });

  test('stays as long as it looks at the same, follows its workflow, and goes', async () => {
    const { id: workflow, trigger } = await workflows.make({ actions: [], trigger: hourly });
    const before = trigger as { id: string; next_run_at: string };
    const change = async (body: object) =>
      bodyOf(await client.patchWorkflow({ params: { workflow }, body })).trigger;
    const show = async () => bodyOf(await client.getTrigger({ params: { trigger: before.id } }));

    const renamed = await change({ name: 'Other', trigger: hourly });
    await change({ enabled: false });
    const disabled = await show();
    await change({ enabled: true });
    const enabled = await show();
    const gone = await change({ trigger: {} });
    const again = (await change({ trigger: hourly })) as { id: string };
    const deleted = await client.deleteWorkflow({ params: { workflow } });
    const after = await client.getTrigger({ params: { trigger: again.id } });

    assert.deepEqual(renamed, before);
    assert.deepEqual([disabled.enabled, disabled.next_run_at], [false, null]);
    assert.ok(enabled.enabled && enabled.next_run_at);
    assert.equal(gone, null);
    assert.deepEqual([deleted.status, after.status], [204, 404]);
  });

  test('is refused by its place in the workflow', async () => {
    const body = { name: 'Test', actions: [], trigger: { type: 'schedule' } } as const;

    const refused = await client.createWorkflow({ body: { ...body, actions: [] } });

    assert.ok(!refused.ok);
    assert.equal(refused.status, 400);
    assert.equal(refused.error.error.details.field, 'trigger.schedule');
  });

  test('does not let a workflow go that another one names', async () => {
    const { id: workflow } = await workflows.make({ actions: [] });
    const { id } = await make(workflow);

    const refused = await client.deleteWorkflow({ params: { workflow } });
    await client.deleteTrigger({ params: { trigger: id } });
    const deleted = await client.deleteWorkflow({ params: { workflow } });

    assert.deepEqual([refused.status, deleted.status], [409, 204]);
  });
});

test('whoever may not write in a product has no workflow write there', async () => {
  const connection_id = await connectOwn(scene, 'scheduling');
  const fields = { first_name: 'Ann', last_name: 'Bee' };
  const write = { type: 'write', connection_id, object: 'patients', operation: 'insert', fields };
  const { id: workflow } = await workflows.make({ actions: [write as never] });
  const { id } = await make(workflow);
  const stranger = await makeSyncScene(app, { organization });
  const target = { workflow_id: workflow };

  const made = await stranger.client.createTrigger({ body: { ...calling, target } });
  const fired = await stranger.client.fireTrigger({ params: { trigger: id }, body: {} });
  const run = await stranger.client.runWorkflow({ params: { workflow }, body: {} });
  const read = await stranger.client.createTrigger({
    body: {
      ...{ name: 'Test', type: 'record_created', connection_id, object: 'patients' },
      target: { workflow_id: (await workflows.make({ actions: [] })).id },
    },
  });

  assert.deepEqual([made.status, fired.status, run.status, read.status], [403, 403, 403, 403]);
});

test('what a workflow has written is known by its record, however that is called', async () => {
  const connection_id = await connectOwn(scene, 'scheduling');
  const record = { connection_id, object: 'public.Orders', key: '17' };
  const wall = database.of(organization);

  await wall.transaction((tx) => noteCauses(tx, organization, [{ ...record, depth: 3 }]));
  const depths = await wall.transaction((tx) =>
    causedDepth(tx, organization, [
      { ...record, object: 'orders' },
      { ...record, key: '18' },
    ]),
  );

  assert.deepEqual(depths, [4, 1]);
  assert.equal(keyText({ b: '2', a: '1' }), keyText({ a: '1', b: '2' }));
  assert.notEqual(keyText({ a: '1', b: null }), keyText({ a: '1', b: '' }));
});
