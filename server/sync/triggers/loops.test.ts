import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBot, resultOf } from '../../messaging/testing/scene.ts';
import { shortId } from '../../runtime/ids.ts';
import { until } from '../../runtime/testing/until.ts';
import { startFollowing } from '../engine/realtime/testing/followed.ts';
import { bodyOf, connectOwn } from '../testing/scene.ts';
import { workflowsOf } from '../workflows/testing/scene.ts';

const { app, ask, from: connection_id, scene } = await startFollowing();
const { organization } = scene;
const { client } = scene;
const workflows = workflowsOf(scene);
await ask.query(`create table orders (id int primary key, at text);
  insert into orders values (1, 'before'), (2, 'before')`);

const runsOf = async (workflow: string) =>
  bodyOf(await client.listWorkflowRuns({ params: { workflow } }));

/** All runs of a workflow that sets itself off, in the order of their depth, once it has ended. */
const untilEnded = (workflow: string) =>
  until('it has ended', async () => {
    const all = await runsOf(workflow);
    const ended = all.some(({ status, depth }) => status === 'failed' && depth > 8);
    return ended && all.toSorted((a, b) => a.depth - b.depth);
  });

const depths = [1, 2, 3, 4, 5, 6, 7, 8, 9];

test('a workflow that changes the record by which it is set off ends at a depth', async () => {
  const trigger = { type: 'record_updated', connection_id, object: 'orders' } as const;
  const fields = { id: '{{record.id}}', at: '{{trigger.fired_at}}' };
  const write = { type: 'write', connection_id, object: 'orders', operation: 'update', fields };
  const { id } = await workflows.make({ trigger, actions: [write as never] });

  await ask.query(`update orders set at = 'now' where id = 1`);
  const runs = await untilEnded(id);
  await ask.query(`update orders set at = 'now' where id = 2`);
  await until('another record sets it off', async () => (await runsOf(id)).length > runs.length);
  await client.patchWorkflow({ params: { workflow: id }, body: { enabled: false } });

  assert.deepEqual(
    runs.map(({ depth }) => depth),
    depths,
  );
  assert.match(runs.at(-1)?.error ?? '', /8 times/);
});

test('so does one that posts where it listens, in a product of this server', async () => {
  const bot = await makeBot(app, shortId('organization', organization), 'Ann');
  const channelID = resultOf(
    await bot.client.createChannel({ body: { name: 'general' } }),
  ).channelID;
  const own = await connectOwn(scene, 'messaging');
  const trigger = { type: 'record_created', connection_id: own, object: 'threads' } as const;
  const notify = { type: 'notify', channel: 'threads', connection_id: own, to: 'general' };
  const { id } = await workflows.make({
    trigger,
    actions: [{ ...notify, message: 'Again' } as never],
  });

  resultOf(await bot.client.postThread({ body: { channelID, blocks: ['Hello'] } }));
  const runs = await untilEnded(id);
  await client.patchWorkflow({ params: { workflow: id }, body: { enabled: false } });

  assert.deepEqual(
    runs.map(({ depth }) => depth),
    depths,
  );
});
