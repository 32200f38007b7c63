import { after } from 'node:test';
import { sync, syncScopes } from '../../../contract/sync/index.ts';
import { samples } from '../../../contract/sync/samples.ts';
import { openChannel, visit } from '../../messaging/testing/website.ts';
import type { Guarded } from '../../platform/api/testing/guarded.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeClient } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import { startHubspot } from '../../testing/simulators/hubspot/simulator.ts';
import { makeDatabase, type TestDatabase } from '../connectors/testing/databases.ts';
import {
  bodyOf,
  connect,
  connectOwn,
  makeSync,
  makeSyncScene,
  run,
  type SyncScene,
  untilOver,
} from './scene.ts';

let extensions = 1;

export async function guarded(app: TestServer): Promise<Guarded[]> {
  const database = await makeDatabase();
  after(() => database.end());
  const scene = await makeSyncScene(app);
  const without = new Map<string, string>();
  for (const scope of syncScopes) {
    const scopes = syncScopes.filter((one) => one !== scope);
    without.set(scope, (await makeClient(app, scene.organization, { scopes })).token);
  }
  const ids = { ...(await makeAll(app, scene, database)), ...(await askSomebody(scene)) };
  const foreign = await makeAll(app, await makeSyncScene(app), database);
  const nouns = [
    ...['connection', 'private_key', 'transform', 'sync', 'run', 'trigger'],
    ...['webhook', 'delivery', 'extension', 'workflow', 'workflow_run'],
  ] as const;
  return [
    {
      api: sync,
      welcome: { authorization: `Bearer ${scene.token}` },
      strangers: ({ scope }) => [
        {
          who: `every scope but ${scope}`,
          headers: { authorization: without.get(scope) ?? '' },
          code: 'missing_scope',
        },
      ],
      existing: { ids, day: '' },
      foreign: Object.fromEntries(nouns.map((noun) => [noun, [foreign[noun]]])),
      samples,
      foreignIs: ['invalid_request'],
      spares: sparesOf(app, scene, database, ids),
    },
  ];
}

/** One of everything, and a run that has set something aside. */
async function makeAll(app: TestServer, scene: SyncScene, database: TestDatabase) {
  const { client_id, client_secret } = await makeClient(app, scene.organization);
  const connection = await connect(scene, database);
  const object = `of_${scene.organization}`;
  await database.admin.query(`create table ${object} (id int primary key, name text);
    insert into ${object} values (1, 'one'), (2, 'two')`);
  const ids = { client_id, client_secret, connection, object };
  const { sync: id, run: done } = await makeRefused(scene, ids);
  return {
    ...ids,
    private_key: await makeKey(scene),
    transform: await makeRefusing(scene),
    extension: await makeExtension(scene),
    sync: id,
    run: done,
    trigger: await makeTrigger(scene, id),
    ...(await makeWebhook(scene)),
    ...(await makeWorkflowRun(scene)),
  };
}

/** What somebody comes back with who has given access to a HubSpot. */
async function askSomebody({ client }: SyncScene) {
  const hubspot = await startHubspot({ records: 1 });
  after(() => hubspot.end());
  const { clientId: client_id, clientSecret: client_secret } = hubspot.oauth;
  const credentials = { oauth_flow: 'authorization_code', client_id, client_secret };
  const config = { base_url: hubspot.url };
  const body = { provider: 'hubspot', name: 'Given', config, credentials };
  const { authorize_url } = bodyOf(await client.createConnection({ body }));
  const back = await fetch(authorize_url ?? '', { redirect: 'manual' });
  const { searchParams } = new URL(back.headers.get('location') ?? '');
  return { state: searchParams.get('state') ?? '', code: searchParams.get('code') ?? '' };
}

/** One that has been tried. */
async function makeWebhook({ client }: SyncScene) {
  const { body } = samples.createWebhook({ ids: {}, day: '' });
  const { id: webhook } = bodyOf(await client.createWebhook({ body: body as never }));
  const { id: delivery } = bodyOf(await client.testWebhook({ params: { webhook } }));
  return { webhook, delivery };
}

type Made = { connection: string; object: string };

async function makeKey({ client }: SyncScene): Promise<string> {
  const { body } = samples.createPrivateKey({ ids: {}, day: '' });
  return bodyOf(await client.createPrivateKey({ body: body as never })).id;
}

async function makeExtension({ client }: SyncScene): Promise<string> {
  const version = `1.0.${extensions++}`;
  const { body } = samples.createExtension({ ids: {}, day: '' });
  return bodyOf(await client.createExtension({ body: { ...body, version } as never })).id;
}

async function makeRefusing({ client }: SyncScene): Promise<string> {
  const code = 'module.exports = () => { throw new Error("no"); };';
  const body = { name: 'Refuses', type: 'javascript', code } as const;
  return bodyOf(await client.createTransform({ body })).id;
}

/** A sync all of whose records are refused, and a run of it. */
async function makeRefused(scene: SyncScene, { connection, object }: Made) {
  const ends = { from: connection, to: connection, object, table: `${object}_refused` };
  const id = await makeSync(scene, ends, { transforms: [await makeRefusing(scene)] });
  return { sync: id, run: (await run(scene, id)).id };
}

async function makeTrigger({ client }: SyncScene, sync_id: string): Promise<string> {
  const body = { name: 'Test', type: 'api_call', target: { sync_id } } as const;
  return bodyOf(await client.createTrigger({ body })).id;
}

/** A run that waits for its time. */
async function makeWorkflowRun({ client }: SyncScene) {
  const body = { name: 'Waits', actions: [{ type: 'delay', seconds: 3_600 } as const] };
  const { id: workflow } = bodyOf(await client.createWorkflow({ body }));
  const { id } = bodyOf(await client.runWorkflow({ params: { workflow }, body: {} }));
  return { workflow, workflow_run: id };
}

async function makeCancelledRun(scene: SyncScene) {
  const params = await makeWorkflowRun(scene);
  bodyOf(await scene.client.cancelWorkflowRun({ params }));
  return params;
}

/** A run that waits for people. */
async function makeAsking(app: TestServer, { organization, client }: SyncScene) {
  extensions += 1;
  const name = `asks-${extensions}`;
  const connection_id = await connectOwn({ client }, 'messaging', name);
  await openChannel(await visit(app, organization, { name }), name);
  const asking = { type: 'approval', connection_id, to: name, message: 'May I?' } as const;
  const workflow = bodyOf(await client.createWorkflow({ body: { name, actions: [asking] } })).id;
  const run = bodyOf(await client.runWorkflow({ params: { workflow }, body: {} }));
  const params = { workflow, workflow_run: run.id };
  await until('it waits', async () => {
    return bodyOf(await client.getWorkflowRun({ params })).status === 'waiting';
  });
  return params;
}

/** A sync whose source is away, and a run that goes on trying. */
async function makeTrying(scene: SyncScene, { connection, object }: Made) {
  const { client } = scene;
  const body = {
    provider: 'postgres',
    name: 'Away',
    credentials: { host: '127.0.0.1', port: 9, database: 'none', user: 'nobody' },
  };
  const query = { check: false };
  const from = bodyOf(await client.createConnection({ body, query })).id;
  const id = await makeSync(scene, { from, to: connection, object });
  const begun = bodyOf(await client.runSync({ params: { sync: id }, body: {} }));
  return { sync: id, run: begun.id };
}

async function makeCancelled(scene: SyncScene, made: Made) {
  const params = await makeTrying(scene, made);
  bodyOf(await scene.client.cancelRun({ params }));
  await untilOver(scene, params.sync, params.run);
  return params;
}

function sparesOf(
  app: TestServer,
  scene: SyncScene,
  database: TestDatabase,
  made: Made,
): NonNullable<Guarded['spares']> {
  const copy = () =>
    makeSync(scene, {
      from: made.connection,
      to: made.connection,
      object: made.object,
      table: 'copy',
    });
  return {
    cancelRun: () => makeTrying(scene, made),
    resumeRun: () => makeCancelled(scene, made),
    retryRejected: () => makeRefused(scene, made),
    fireTrigger: async () => ({ trigger: await makeTrigger(scene, await copy()) }),
    deleteTrigger: async () => ({ trigger: await makeTrigger(scene, await copy()) }),
    runSync: async () => ({ sync: await copy() }),
    deleteSync: async () => ({ sync: await copy() }),
    deleteTransform: async () => ({ transform: await makeRefusing(scene) }),
    deleteExtension: async () => ({ extension: await makeExtension(scene) }),
    deletePrivateKey: async () => ({ private_key: await makeKey(scene) }),
    deleteWebhook: () => makeWebhook(scene),
    runWorkflow: () => makeWorkflowRun(scene),
    cancelWorkflowRun: () => makeWorkflowRun(scene),
    retryWorkflowRun: () => makeCancelledRun(scene),
    answerApproval: () => makeAsking(app, scene),
    deleteWorkflow: () => makeWorkflowRun(scene),
    deleteConnection: async () => ({ connection: await connect(scene, database) }),
  };
}
