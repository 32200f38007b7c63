import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient } from '../../../contract/client.ts';
import { sync as api } from '../../../contract/sync/index.ts';
import { adoptDatabase, migrateDatabase, Server } from '../../main.ts';
import { readConfig } from '../../runtime/config.ts';
import { publish } from '../../runtime/events/events.ts';
import { copyRows } from '../../runtime/testing/dump.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { bodyOf, connectOwn, makeSync, makeSyncScene } from '../../sync/testing/scene.ts';
import { openSink } from '../../sync/webhooks/testing/sink.ts';
import { makeWebhook, untilDelivered } from '../../sync/webhooks/testing/telling.ts';
import { makeEcho, workflowsOf } from '../../sync/workflows/testing/scene.ts';
import { createEmpty, dropDatabase, joinCluster, silent } from '../../testing/cluster.ts';
import { startServer } from '../../testing/server.ts';

// Nothing is done where it is copied, so that all of it is due in the copy.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const cluster = await joinCluster();
const copy = await createEmpty(cluster);
assert.ok('database' in copy);
const { host, port, user, database } = copy;
const config = readConfig({
  HEDDLE_DATA: app.dataDirectory,
  HEDDLE_PORT: '0',
  HEDDLE_ALLOW_PRIVATE_HOSTS: '1',
  DATABASE_URL: `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`,
});
const server = new Server(config, copy, silent, app.clock);
after(async () => {
  await server.stop();
  await dropDatabase(cluster, copy);
  await cluster.stop();
});

/** Publishes that an alert of a sync has begun. */
async function warn({ platform }: Pick<Server, 'platform'>, organization: number, sync_id: string) {
  const now = app.clock.now();
  const alert = { alert: 'failed_runs', message: 'A test.', state: 'firing' } as const;
  const data = { sync_id, sync_name: 'Test', ...alert, since: now.toISOString() };
  const event = { type: 'sync.alert', subject: sync_id, data } as const;
  await platform.database
    .of(organization)
    .transaction((tx) => publish(tx, organization, now, [event]));
}

/** How many mails the copy has, once there is one. */
function untilMailed(): Promise<number> {
  return until('there is a mail', async () => {
    const mails = await asOwner(copy, 'select from platform.mail');
    return mails.length > 0 && mails.length;
  });
}

test('a copy sends nothing of what was due where it was made, until that is asked for', async () => {
  const scene = await makeSyncScene(app);
  const [sink, later, echo] = [await openSink(), await openSink(), await makeEcho()];
  const { id: webhook } = await makeWebhook(scene, sink.url);
  bodyOf(await scene.client.testWebhook({ params: { webhook } }));
  const workflows = workflowsOf(scene);
  const { id: workflow } = await workflows.make({ actions: [{ type: 'http', url: echo.url }] });
  const workflow_run = await workflows.begin(workflow);
  const own = await connectOwn(scene, 'messaging');
  const ends = { from: own, to: own, object: 'threads', table: 'comments' };
  const notify = [{ channel: 'email', to: 'ops@mail.example' }] as never;
  const sync = await makeSync(scene, ends, { enabled: false, mode: 'append', alerts: { notify } });
  await warn(app.server, scene.organization, sync);
  await migrateDatabase(copy, silent);
  await copyRows(app.address, copy);

  await adoptDatabase(config, silent, undefined);
  await server.start();
  const url = `http://127.0.0.1:${await server.listen()}`;
  const client = createClient(api, { url, authorization: `Bearer ${scene.token}` });
  const { id: other } = await makeWebhook({ client }, later.url);
  await warn(server, scene.organization, sync);
  await untilDelivered({ client }, other, 1, 'succeeded');
  const [written, silentSink, silentEcho] = [
    await untilMailed(),
    sink.received.length,
    echo.asked.length,
  ];
  const held = bodyOf(await client.getWebhook({ params: { webhook } }));
  const params = { workflow, workflow_run };
  const stopped = bodyOf(await client.getWorkflowRun({ params }));
  bodyOf(await client.patchWebhook({ params: { webhook }, body: { enabled: true } }));
  await untilDelivered({ client }, webhook, 1, 'succeeded');
  bodyOf(await client.retryWorkflowRun({ params, body: {} }));
  await workflowsOf({ client }).ended(workflow, workflow_run);

  assert.deepEqual([written, silentSink, silentEcho], [1, 0, 0]);
  assert.match(held.disabled_reason ?? '', /restored as a copy/);
  assert.equal(stopped.status, 'cancelled');
  assert.match(stopped.error ?? '', /restored from a copy/);
  assert.equal(sink.received[0]?.body.type, 'webhook.test');
  assert.equal(echo.asked.length, 1);
});
