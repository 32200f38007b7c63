import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createClient } from '../../../contract/client.ts';
import { sync } from '../../../contract/sync/index.ts';
import { completeDemo, loadDemo } from '../../operator/demo/demo.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf } from '../testing/scene.ts';

const files = await mkdtemp(join(tmpdir(), 'heddle-demo-'));
after(() => rm(files, { recursive: true }));
const app = await startServer({ HEDDLE_ROLES: 'web', HEDDLE_FILES_DIR: files });

async function loadedClient() {
  const { platform } = app.server;
  const { sync: program } = (await loadDemo(platform)) as unknown as {
    sync: { client_id: string; client_secret: string };
  };
  await Promise.all([completeDemo(platform), completeDemo(platform)]);
  const grant = { grant_type: 'client_credentials' as const, ...program };
  const { access_token } = bodyOf(
    await createClient(sync, { url: app.url }).issueToken({ body: grant }),
  );
  return createClient(sync, { url: app.url, authorization: `Bearer ${access_token}` });
}

test('the demo has four syncs with a history of runs, and again it stays as it is', async () => {
  const client = await loadedClient();

  const syncs = bodyOf(await client.listSyncs());
  const connections = bodyOf(await client.listConnections());
  const histories = await Promise.all(
    syncs.map(async ({ id }) => bodyOf(await client.listRuns({ params: { sync: id } }))),
  );
  await completeDemo(app.server.platform);
  const again = await Promise.all(
    syncs.map(async ({ id }) => bodyOf(await client.listRuns({ params: { sync: id } }))),
  );

  const [recalls, referrals, contacts, invoices] = histories.map((runs) =>
    runs.map(({ status, records_written, records_failed }) => [
      status,
      records_written,
      records_failed > 0,
    ]),
  );
  assert.deepEqual(
    connections.map(({ status }) => status),
    ['active', 'active', 'active', 'active', 'active'],
  );
  assert.deepEqual(recalls, [
    ['paused', 0, false],
    ['completed', 1_200, false],
  ]);
  assert.deepEqual(referrals, [['completed', 2_981, true]]);
  assert.deepEqual(contacts, [
    ['completed', 26, false],
    ['completed', 2_400, false],
  ]);
  assert.deepEqual(invoices, [
    ['completed', 21, false],
    ['completed', 38, false],
    ['completed', 4_000, false],
  ]);
  assert.ok(syncs.at(-1)?.next_run_at);
  assert.deepEqual(again, histories);
});

test('a demo of an earlier version gets its syncs once, and a demo that somebody left gets none', async () => {
  await loadedClient();
  await asOwner(
    app.address,
    `delete from sync.trigger; delete from sync.workflow; delete from sync.run; delete from sync.sync; delete from sync.connection;
     delete from sync.transform;
     update platform.consumer set client_id = 'an-earlier-one' where name = 'Demo sync';
     update platform.setting set value = value - 'sync_demo' - 'sync_client' - 'sync_workflows' where name = 'demo'`,
  );
  const rename = (from: string, to: string) =>
    asOwner(app.address, `update platform.user set email = '${to}' where email = '${from}'`);

  await rename('demo@heddle.example', 'own@heddle.example');
  await loadDemo(app.server.platform);
  const none = await asOwner(app.address, 'select from sync.sync');
  await rename('own@heddle.example', 'demo@heddle.example');
  await Promise.all([loadDemo(app.server.platform), loadDemo(app.server.platform)]);
  const again = await loadedClient();
  const syncs = bodyOf(await again.listSyncs());

  assert.equal(none.length, 0);
  assert.deepEqual(
    syncs.map(({ status }) => status),
    ['running', 'completed', 'completed', 'completed'],
  );
});

test('what the demo brought to the warehouse is there to be read', async () => {
  const client = await loadedClient();
  const connections = bodyOf(await client.listConnections());
  const warehouse = connections.find(({ name }) => name === 'Practice warehouse');

  const params = { connection: warehouse?.id ?? '' };
  const { records } = bodyOf(
    await client.queryData({ params, body: { object: 'contacts', order_by: 'id', limit: 200 } }),
  );

  assert.ok(records.every(({ phone }) => /^\+1217555\d{4}$/.test(String(phone))));
  assert.ok(records.every(({ first_name }) => /^\p{Lu}\p{Ll}+$/u.test(String(first_name))));
});
