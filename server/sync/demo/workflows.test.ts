import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, createClient, requestToken } from '../../../contract/client.ts';
import { scheduling } from '../../../contract/scheduling/index.ts';
import { sync } from '../../../contract/sync/index.ts';
import { loadDemo } from '../../operator/demo/demo.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { accepted } from '../../scheduling/testing/answers.ts';
import { patientBody } from '../../scheduling/testing/scene.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf } from '../testing/scene.ts';

type Credentials = { client_id: string; client_secret: string };
type Loaded = { consumer: Credentials; sync: Credentials; practices: { id: string }[] };

const app = await startServer();

async function load() {
  const {
    sync: program,
    consumer,
    practices,
  } = (await loadDemo(app.server.platform)) as unknown as Loaded;
  const grant = { grant_type: 'client_credentials' as const, ...program };
  const answer = await createClient(sync, { url: app.url }).issueToken({ body: grant });
  const authorization = `Bearer ${bodyOf(answer).access_token}`;
  const client = createClient(sync, { url: app.url, authorization });
  return { client, consumer, practice: practices[0]?.id ?? '' };
}

async function book({ consumer, practice }: Awaited<ReturnType<typeof load>>): Promise<void> {
  const { access_token } = await requestToken(app.url, consumer);
  const desk = createClient(scheduling, { url: app.url, authorization: access_token });
  const [open] = accepted(await desk.listPracticeBookings({ params: { id: practice } }));
  accepted(await desk.createPatient({ body: patientBody(open?.id ?? '') }));
}

async function said({ client }: { client: Client<typeof sync> }, words: RegExp) {
  const connections = bodyOf(await client.listConnections());
  const connection = connections.find(({ provider }) => provider === 'messaging')?.id ?? '';
  return until(`${words} is said`, async () => {
    const body = { object: 'threads', limit: 1_000 };
    const { records } = bodyOf(await client.queryData({ params: { connection }, body }));
    return records.map((one) => words.exec(JSON.stringify(one))?.[0]).find((one) => one);
  });
}

test('the demo tells its front desk of a new appointment, and loaded again it stays as it is', async () => {
  const demo = await load();
  const [failed, appointments] = bodyOf(await demo.client.listWorkflows());
  await until('the trigger sees what happens', async () => {
    const params = { workflow: appointments?.id ?? '' };
    return bodyOf(await demo.client.getWorkflow({ params })).trigger?.status === 'active';
  });

  await book(demo);
  const words = await said(
    demo,
    /New appointment with Dr\. [^,]+ at [^,]+, [^:]+: \w+, \d+ \w+, \d+:\d\d [ap]m/,
  );
  const again = bodyOf(await (await load()).client.listWorkflows());

  assert.ok(words);
  assert.partialDeepStrictEqual(failed, { trigger: { event: 'sync.failed', status: 'active' } });
  assert.deepEqual(
    again.map(({ id }) => id),
    [failed?.id, appointments?.id],
  );
});

test('a demo of an earlier version gets its workflows, with the connections that it has', async () => {
  const { client } = await load();
  const before = bodyOf(await client.listConnections());
  for (const { id } of bodyOf(await client.listWorkflows())) {
    bodyOf(await client.deleteWorkflow({ params: { workflow: id } }));
  }
  bodyOf(
    await client.createConnection({
      body: { provider: 'messaging', name: 'Another', credentials: {} },
    }),
  );
  await asOwner(
    app.address,
    `update platform.setting set value = value - 'sync_workflows' where name = 'demo'`,
  );

  await Promise.all([load(), load()]);

  const workflows = bodyOf(await client.listWorkflows());
  const after = bodyOf(await client.listConnections());
  assert.equal(workflows.length, 2);
  assert.equal(after.length, before.length + 1);
});
