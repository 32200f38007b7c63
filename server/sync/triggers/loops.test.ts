import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBot, resultOf } from '../../messaging/testing/scene.ts';
import { shortId } from '../../runtime/ids.ts';
import { until } from '../../runtime/testing/until.ts';
import { causedDepth, keyText } from '../causes/causes.ts';
import { makeSlack } from '../connectors/slack/testing/place.ts';
import { startFollowing } from '../engine/realtime/testing/followed.ts';
import { connectSlack } from '../notices/testing/scene.ts';
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

for (const key of ['id', 'kind, id']) {
  test(`so does one that inserts where it listens, and is answered the key (${key})`, async () => {
    const object = `made_${key.length}`;
    await ask.query(`create table ${object} (id int generated always as identity, kind text,
      primary key (${key}))`);
    const trigger = { type: 'record_created', connection_id, object } as const;
    const fields = { kind: '{{record.kind}}' };
    const write = { type: 'write', connection_id, object, operation: 'insert', fields };
    const { id } = await workflows.make({ trigger, actions: [write as never] });

    await ask.query(`insert into ${object} (kind) values ('a')`);
    const runs = await untilEnded(id);
    const { steps } = await workflows.get(id, runs[0]?.id ?? '');

    assert.deepEqual(
      runs.map(({ depth }) => depth),
      depths,
    );
    const record = { kind: 'a' };
    assert.deepEqual(steps[0]?.output, { id: key === 'id' ? '2' : 'a,2', record });
  });
}

test('a record that somebody edits again and again sets it off each time', async () => {
  await ask.query(`create table carts (id int primary key, amount int, total int);
    insert into carts values (1, 0, 0)`);
  const trigger = { type: 'record_updated', connection_id, object: 'carts' } as const;
  const fields = { id: '{{record.id}}', total: '{{record.amount}}' };
  const write = { type: 'write', connection_id, object: 'carts', operation: 'update', fields };
  const { id } = await workflows.make({ trigger, actions: [write as never] });

  for (let edit = 1; edit <= 6; edit += 1) {
    await ask.query(`update carts set amount = ${edit} where id = 1`);
    await until('its own write has set it off, too', async () => {
      const all = await runsOf(id);
      return all.filter(({ finished_at }) => finished_at !== null).length >= 2 * edit;
    });
  }
  const runs = await runsOf(id);
  await client.patchWorkflow({ params: { workflow: id }, body: { enabled: false } });

  assert.deepEqual(
    runs.map(({ depth, status }) => `${depth} ${status}`),
    Array.from({ length: 6 }, () => ['2 completed', '1 completed']).flat(),
  );
});

test('so does one that writes where it listens over the API of this server', async () => {
  await ask.query(`create table notes (id int primary key, at text);
    insert into notes values (1, 'before')`);
  const trigger = { type: 'record_updated', connection_id, object: 'notes' } as const;
  const here = { provider: 'http', name: 'Here', config: { base_url: `${app.url}/v1` } };
  const credentials = { kind: 'bearer', token: scene.token };
  const api = bodyOf(await client.createConnection({ body: { ...here, credentials } })).id;
  const records = [{ id: 1, at: '{{trigger.fired_at}}' }];
  const asked = { object: 'notes', operation: 'update', key: 'id', records };
  const url = `/data/${connection_id}/write`;
  const http = { type: 'http', connection_id: api, url, body: asked };
  const { id } = await workflows.make({ trigger, actions: [http as never] });

  await ask.query(`update notes set at = 'now' where id = 1`);
  const runs = await untilEnded(id);
  await client.patchWorkflow({ params: { workflow: id }, body: { enabled: false } });

  assert.deepEqual(
    runs.map(({ depth }) => depth),
    depths,
  );
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

test('it is known of which message in Slack a workflow is the cause', async () => {
  const slack = await makeSlack({ records: 0 });
  const slackId = await connectSlack(scene, slack);
  const notify = { type: 'notify', channel: 'slack', connection_id: slackId, to: 'general' };
  const { id } = await workflows.make({ actions: [{ ...notify, message: 'Hello' } as never] });

  const { status } = await workflows.run(id);

  const { id: channel, messages } = slack.workspace.channel('general');
  const place = { connection_id: slackId, object: 'messages' };
  const keys = [messages[0]?.ts ?? '', '1.0'].map((ts) => keyText({ channel, ts }));
  const records = keys.map((key) => ({ ...place, key }));
  const wall = app.server.platform.database.of(organization);
  const seen = await wall.transaction((tx) => causedDepth(tx, organization, records));
  assert.deepEqual([status, seen], ['completed', [2, 1]]);
});
