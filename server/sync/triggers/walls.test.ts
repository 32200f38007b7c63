import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../scheduling/testing/scene.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, connectOwn, makeSync, makeSyncScene, run } from '../testing/scene.ts';
import { set, workflowsOf } from '../workflows/testing/scene.ts';

const app = await startServer();
const schedule = await makeSchedule(app);
const { organization } = schedule;
const own = await makeSyncScene(app, { organization, scopes: schedulingScopes });
const other = await makeSyncScene(app, { organization });
const patients = { connection_id: await connectOwn(own, 'scheduling'), object: 'patients' };
const [mine, theirs] = [workflowsOf(own), workflowsOf(other)];
const destination = await makeDatabase();
after(() => destination.end());

type Refused = { status?: number };

test('what a trigger sees of a product goes nowhere by those who may not read it there', async () => {
  const { id: workflow } = await mine.make({ actions: [set({ seen: true })] });
  const { id: elsewhere } = await theirs.make({ actions: [set({ taken: true })] });
  const inline = await mine.make({
    trigger: { type: 'api_call', ...patients },
    actions: [set({ seen: true })],
  });
  const body = { name: 'New', type: 'api_call', ...patients, target: { workflow_id: workflow } };
  const { id: trigger } = bodyOf(await own.client.createTrigger({ body: body as never }));
  const fired = await own.client.fireTrigger({ params: { trigger }, body: { name: 'Ann' } });
  const { run_id } = bodyOf(fired);
  await mine.ended(workflow, run_id);
  const ofRun = { params: { workflow, workflow_run: run_id } };
  const actions = [set({ taken: true })];

  const refused = [
    await other.client.putTrigger({
      params: { trigger },
      body: { target: { workflow_id: elsewhere } },
    }),
    await other.client.putWorkflow({ params: { workflow }, body: { actions } }),
    await other.client.putWorkflow({ params: { workflow: inline.id }, body: { actions } }),
    await other.client.getWorkflowRun(ofRun),
    await other.client.retryWorkflowRun({ ...ofRun, body: { from: '0' } }),
  ];

  assert.deepEqual(
    refused.map((one) => (one as Refused).status),
    [403, 403, 403, 403, 403],
  );
  assert.ok((await own.client.putWorkflow({ params: { workflow }, body: { actions } })).ok);
  assert.ok((await own.client.getWorkflowRun(ofRun)).ok);
});

test('what a run has read stays closed when its connection is gone', async () => {
  const connection_id = await connectOwn(own, 'scheduling', 'Short');
  const actions = [{ type: 'query', connection_id, object: 'patients' }] as const;
  const { id: workflow } = await mine.make({ actions: [...actions] });
  const { id: plain } = await mine.make({ actions: [set({ seen: true })] });
  const [read, other_run] = [await mine.run(workflow), await mine.run(plain)];
  bodyOf(await other.client.deleteConnection({ params: { connection: connection_id } }));
  const getRun = ({ client }: typeof own, id: string, workflow_run: string) =>
    client.getWorkflowRun({ params: { workflow: id, workflow_run } });

  const refused = await getRun(other, workflow, read.id);

  assert.equal((refused as Refused).status, 403);
  assert.ok((await getRun(own, workflow, read.id)).ok);
  assert.ok((await getRun(other, plain, other_run.id)).ok);
});

test('what waits in a webhook goes nowhere by those who may not read it', async () => {
  const url = 'http://127.0.0.1:9/';
  const make = async ({ client }: typeof own, events: string[]) =>
    bodyOf(await client.createWebhook({ body: { url, events } })).id;
  const [records, syncs] = [await make(own, ['record.*']), await make(own, ['sync.*'])];
  const ofOthers = await make(other, ['record.*']);
  const since = new Date(0).toISOString();

  const refused = [
    await other.client.patchWebhook({ params: { webhook: records }, body: { url } }),
    await other.client.rotateSecret({ params: { webhook: records }, body: {} }),
    await other.client.recoverDeliveries({ params: { webhook: records }, body: { since } }),
  ];

  assert.deepEqual(
    refused.map((one) => (one as Refused).status),
    [403, 403, 403],
  );
  for (const webhook of [syncs, ofOthers]) {
    assert.ok((await other.client.patchWebhook({ params: { webhook }, body: { url } })).ok);
  }
});

test('a record that a sync takes out of a product is told to whoever could read it there', async () => {
  const listen = async ({ client }: typeof own, given: object) => {
    const { id: workflow } = await workflowsOf({ client }).make({ actions: [set({})] });
    const target = { workflow_id: workflow };
    const body = { name: 'Heard', type: 'event', event: 'record.created', ...given, target };
    bodyOf(await client.createTrigger({ body: body as never }));
    return async () => bodyOf(await client.listWorkflowRuns({ params: { workflow } })).length;
  };
  const [named, unnamed] = [await listen(own, patients), await listen(other, {})];
  const refused = await listen(other, patients).catch(({ message }: Error) => message);
  const to = await connect(own, destination);
  const at = new Date(app.clock.now().getTime() + 3_600_000).toISOString();
  await makeAppointment(schedule, (await makeBooking(schedule, at)).id, { first_name: 'Ann' });
  const ends = { from: patients.connection_id, to, object: 'patients' };
  const sync = await makeSync(own, ends, { cursor_field: 'event' });

  await run(own, sync);
  // All that hear of an event are set off at once.
  await until('it is told', async () => (await named()) === 1);

  assert.match(String(refused), /^403/);
  assert.equal(await unnamed(), 0);
});

test('a connection that gets what a trigger sees of a product is moved by those who may read it there', async () => {
  const to = await connect(own, destination);
  const query = { type: 'query', connection_id: to, object: 'known' } as const;
  await destination.admin.query('create table known (id int primary key)');
  await mine.make({ trigger: { type: 'api_call', ...patients }, actions: [query] });
  const params = { connection: to };
  const body = { credentials: destination.credentials };

  const refused = await other.client.putConnection({ params, body });
  const changed = await own.client.putConnection({ params, body });

  assert.equal((refused as Refused).status, 403);
  assert.ok(changed.ok);
});

test('a webhook that is told what a trigger sees of a product is moved by those who may read it there', async () => {
  const webhookOf = async () => {
    const body = { url: 'https://partner.example/heddle', events: ['sync.completed'] };
    return bodyOf(await other.client.createWebhook({ body })).id;
  };
  const [named, unnamed] = [await webhookOf(), await webhookOf()];
  const tell = (to: string) => {
    const notify = { type: 'notify', channel: 'webhook', to, message: 'Seen' } as const;
    const then: Record<string, unknown>[] = [notify];
    const actions = [{ type: 'condition' as const, filter: "email = 'a'", then }];
    return mine.make({ trigger: { type: 'api_call', ...patients }, actions });
  };
  const move = async ({ client }: typeof own, webhook: string, to: string) => {
    const body = { url: `https://${to}.example/heddle` };
    return ((await client.putWebhook({ params: { webhook }, body })) as Refused).status;
  };
  await tell(named);

  const ofNamed = [await move(other, named, 'there'), await move(own, named, 'there')];
  const before = await move(other, unnamed, 'there');
  await tell('{{record.message}}');
  const after = await move(other, unnamed, 'elsewhere');

  assert.deepEqual(ofNamed, [403, 200]);
  assert.deepEqual([before, after], [200, 403]);
});

test('the code that sees what is read of a product is changed by those who may read it there', async () => {
  const [ofWorkflow, ofSync, ofRun, unused] = [
    await code(),
    await code(),
    await code(),
    await code(),
  ];
  await mine.make({
    trigger: { type: 'api_call', ...patients },
    actions: [{ type: 'transform', transform_id: ofWorkflow }],
  });
  const to = await connect(own, destination);
  const ends = { from: patients.connection_id, to, object: 'patients' };
  await makeSync(own, ends, { transforms: [ofSync] });
  // The run that waits goes on as it began.
  const waiting = await mine.make({
    actions: [
      { type: 'query', ...patients },
      { type: 'delay', seconds: 3_600 },
      { type: 'transform', transform_id: ofRun },
    ],
  });
  await mine.begin(waiting.id);
  await own.client.putWorkflow({ params: { workflow: waiting.id }, body: { actions: [set({})] } });
  const change = async ({ client }: typeof own, transform: string, body: object) =>
    ((await client.putTransform({ params: { transform }, body })) as Refused).status;
  const body = { code: 'module.exports = () => null' };

  const byOther = [
    await change(other, ofWorkflow, body),
    await change(other, ofSync, body),
    await change(other, ofRun, body),
    await change(other, ofWorkflow, { type: 'jsonata' }),
  ];
  const allowed = [
    await change(other, ofWorkflow, { name: 'Tidy up' }),
    await change(other, unused, body),
    await change(own, ofWorkflow, body),
    await change(own, ofSync, body),
  ];

  assert.deepEqual(byOther, [403, 403, 403, 400]);
  assert.deepEqual(allowed, [200, 200, 200, 200]);
});

/** A transform that nobody uses yet. */
async function code(): Promise<string> {
  const body = { name: 'Tidy', type: 'javascript', code: 'module.exports = (one) => one' } as const;
  return bodyOf(await other.client.createTransform({ body })).id;
}

test('whoever may end something in Sync may end what reads a product, and sees nothing of it', async () => {
  const wait = { type: 'delay', seconds: 3_600 } as const;
  const reading = await mine.make({ actions: [{ type: 'query', ...patients }, wait] });
  const run = { workflow: reading.id, workflow_run: await mine.begin(reading.id, { name: 'Ann' }) };
  const to = await connect(own, destination);
  const sync = await makeSync(own, { from: patients.connection_id, to, object: 'patients' });
  const url = 'https://partner.example/heddle';
  const hook = await own.client.createWebhook({ body: { url, events: ['booking.*'] } });
  const connection = await connectOwn(own, 'scheduling', 'Short');

  const retried = await other.client.retryWorkflowRun({ params: run, body: {} });
  const cancelled = bodyOf(await other.client.cancelWorkflowRun({ params: run }));
  const ended = [
    await other.client.deleteWorkflow({ params: { workflow: reading.id } }),
    await other.client.deleteSync({ params: { sync } }),
    await other.client.deleteWebhook({ params: { webhook: bodyOf(hook).id } }),
    await other.client.deleteConnection({ params: { connection } }),
  ];

  assert.equal((retried as Refused).status, 403);
  assert.equal(cancelled.status, 'cancelled');
  assert.doesNotMatch(JSON.stringify(cancelled), /Ann/);
  assert.deepEqual(
    ended.map((one) => (one as Refused).status),
    [204, 204, 204, 204],
  );
});

test('what was told to a webhook stays there when a workflow or a trigger is taken away', async () => {
  const body = { url: 'https://partner.example/heddle', events: ['sync.completed'] };
  const { id: webhook } = bodyOf(await other.client.createWebhook({ body }));
  const notify = { type: 'notify', channel: 'webhook', to: webhook, message: 'Seen' } as const;
  const { id: reading } = await mine.make({ actions: [{ type: 'query', ...patients }, notify] });
  const { id: seeing } = await mine.make({ actions: [notify] });
  const trigger = { name: 'New', type: 'api_call', ...patients, target: { workflow_id: seeing } };
  const made = bodyOf(await own.client.createTrigger({ body: trigger as never }));
  const at = { params: { trigger: made.id } };
  const of = (workflow: string) => ({ params: { workflow } });

  const refused = [
    await other.client.deleteWorkflow(of(reading)),
    await other.client.putWorkflow({ ...of(reading), body: { actions: [set({})] } }),
    await other.client.deleteWorkflow(of(seeing)),
    await other.client.deleteTrigger(at),
  ];
  const allowed = [
    await own.client.deleteTrigger(at),
    await other.client.deleteWorkflow(of(seeing)),
    await own.client.deleteWorkflow(of(reading)),
  ];

  const statuses = (all: unknown[]) => all.map((one) => (one as Refused).status);
  assert.deepEqual(statuses(refused), [403, 403, 403, 403]);
  assert.deepEqual(statuses(allowed), [204, 204, 204]);
});

test('any webhook may be tested, or told by whoever makes a workflow: only what they have themselves', async () => {
  const body = { url: 'http://127.0.0.1:9/', events: ['booking.*'] };
  const { id: webhook } = bodyOf(await own.client.createWebhook({ body }));
  const notify = { type: 'notify', channel: 'webhook', to: webhook, message: 'Hello' } as const;
  const { id: workflow } = await theirs.make({ actions: [notify] });

  const tested = await other.client.testWebhook({ params: { webhook } });
  const told = await theirs.run(workflow);

  assert.equal((tested as Refused).status, 202);
  assert.equal(told.status, 'completed');
  const { length } = bodyOf(await own.client.listDeliveries({ params: { webhook } }));
  assert.equal(length, 2);
});
