import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf, makeSync, run } from '../../testing/scene.ts';
import { startBetween } from '../../testing/started.ts';
import { set, workflowsOf } from '../../workflows/testing/scene.ts';

const { app, scene, from, to, makeTable } = await startBetween();
await app.another();
const { client } = scene;
const workflows = workflowsOf(scene);
const object = await makeTable(2);
const sync = await makeSync(scene, { from, to, object, table: 'copies' });

type Body = NonNullable<Parameters<typeof client.createTrigger>[0]>['body'];

const listen = async (event: string, body: Partial<Body> = {}) => {
  const { id: workflow } = await workflows.make({ actions: [set({ seen: true })] });
  const given = { name: 'Test', type: 'event', event, target: { workflow_id: workflow } } as const;
  const { id } = bodyOf(await client.createTrigger({ body: { ...given, ...body } }));
  const runs = async () => bodyOf(await client.listWorkflowRuns({ params: { workflow } }));
  const first = () =>
    until(`${event} has set off a run`, async () => {
      const [one] = await runs();
      return one && workflows.ended(workflow, one.id);
    });
  return { id, workflow, runs, first };
};

test('what happens here sets off what hears of it, if it passes the filter', async () => {
  const [all, those, others, failures] = [
    await listen('sync.*'),
    await listen('sync.completed', { filter: `sync_id = '${sync}' AND records_written > 1` }),
    await listen('sync.completed', { filter: "sync_id = 'sync_0'" }),
    await listen('sync.failed'),
  ];

  const done = await run(scene, sync);
  const [one, other] = [await all.first(), await those.first()];

  assert.deepEqual(
    [one.trigger?.record, other.depth],
    [{ ...done, sync_name: 'Test', progress: null }, 1],
  );
  assert.deepEqual([await others.runs(), await failures.runs()], [[], []]);
});

test('a record that a sync writes is told as it was written', async () => {
  const own = await makeSync(scene, { from, to, object, table: 'told' });
  const heard = await listen('record.created', { connection_id: from, object });
  const elsewhere = await listen('record.created', { connection_id: to });

  await run(scene, own);
  await until('both are told', async () => (await heard.runs()).length === 2);
  const { trigger } = await heard.first();

  const { record } = trigger as {
    record: { sync_id: string; key: { id: number }; record: object };
  };
  assert.equal(record.sync_id, own);
  assert.deepEqual(record.record, {
    id: record.key.id,
    at: `2024-01-01T00:00:0${record.key.id}Z`,
  });
  assert.deepEqual(await elsewhere.runs(), []);
});

test('what sets itself off ends at a depth, with a run that says so', async () => {
  const { id: workflow } = await workflows.make({ actions: [] });
  const target = { workflow_id: workflow };
  const loop = { name: 'Loop', type: 'event', event: 'workflow.triggered', target } as const;
  const filter = `workflow_id = '${workflow}'`;
  bodyOf(await client.createTrigger({ body: { ...loop, filter } }));
  const call = { name: 'Called', type: 'api_call', target } as const;
  const { id } = bodyOf(await client.createTrigger({ body: call }));

  bodyOf(await client.fireTrigger({ params: { trigger: id }, body: {} }));
  const runs = await until('it has ended', async () => {
    const all = bodyOf(await client.listWorkflowRuns({ params: { workflow } }));
    return all.some(({ status }) => status === 'failed') && all;
  });

  const byDepth = runs.toSorted((a, b) => a.depth - b.depth);
  assert.deepEqual(
    byDepth.map(({ depth }) => depth),
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.match(byDepth.at(-1)?.error ?? '', /8 times/);
});

test('a sync that its own end runs again ends at a depth, too', async () => {
  const own = await makeSync(scene, { from, to, object, table: 'again' });
  const target = { sync_id: own };
  const body = { name: 'Again', type: 'event', event: 'sync.completed', target } as const;
  const { id } = bodyOf(
    await client.createTrigger({ body: { ...body, filter: `sync_id = '${own}'` } }),
  );

  await run(scene, own);
  const shown = await until('it has ended', async () => {
    const one = bodyOf(await client.getTrigger({ params: { trigger: id } }));
    return one.message !== null && one;
  });

  assert.match(shown.message ?? '', /8 times/);
  assert.deepEqual([shown.fired, shown.skipped], [8, 1]);
});

test('an event that there is not, or that another product tells to nobody, is refused', async () => {
  const refusalOf = async (body: Partial<Body>) => {
    const given = { name: 'Test', type: 'event', target: { sync_id: sync } } as const;
    const answer = await client.createTrigger({ body: { ...given, ...body } });
    assert.ok(!answer.ok);
    return `${answer.status} ${answer.error.error.message}`;
  };

  assert.match(await refusalOf({ event: 'sync.begun' }), /^400 .*must be one of sync\.completed/);
  const booking = { event: 'booking.created' };
  assert.match(await refusalOf(booking), /^400 .*connection_id.* provider scheduling/);
  assert.match(await refusalOf({ ...booking, connection_id: from }), /^400 .*provider scheduling/);
  assert.match(await refusalOf({ ...booking, object }), /^400 .*object.* is bookings/);
  assert.match(await refusalOf({ event: 'sync.failed', object }), /^400 .*object/);
  assert.match(await refusalOf({ event: 'sync.failed', connection_id: from }), /^400 .*filter/);
  assert.match(await refusalOf({ event: 'sync.failed', filter: 'a >' }), /^400 .*character/);
});
