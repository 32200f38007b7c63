import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';
import { makeEcho, set, workflowsOf } from './testing/scene.ts';

const app = await startServer({ HEDDLE_ALLOW_PRIVATE_HOSTS: '1' });
const scene = await makeSyncScene(app);
const { client } = scene;

const { make, begin, get, ended, run } = workflowsOf(scene);

test('actions are done in their order, each with the record of the one before', async () => {
  const { id, version } = await make({
    actions: [
      set({ greeting: 'Hello {{record.name}}', size: '{{record.size}}' }),
      {
        type: 'condition',
        filter: 'record.size > 2',
        then: [set({ large: true })],
        else: [set({})],
      },
      set({ told: '{{record.greeting}}, {{record.large}}' }, { name: 'last' }),
    ],
  });

  const done = await run(id, { name: 'Ada', size: 3 });

  assert.deepEqual([version, done.status, done.error], [1, 'completed', null]);
  const record = {
    name: 'Ada',
    size: 3,
    greeting: 'Hello Ada',
    large: true,
    told: 'Hello Ada, true',
  };
  assert.deepEqual(done.steps.find(({ name }) => name === 'last')?.output, record);
  assert.deepEqual(
    done.steps.map(({ path, status }) => [path, status]),
    [
      ['0', 'completed'],
      ['1', 'completed'],
      ['1.then.0', 'completed'],
      ['2', 'completed'],
      ['1.else.0', 'skipped'],
    ],
  );
});

test('a condition without branches ends the run where it does not hold', async () => {
  const { id } = await make({
    actions: [{ type: 'condition', filter: 'record.a = 1' }, set({ b: 2 })],
  });

  const [no, yes] = [await run(id, { a: 2 }), await run(id, { a: 1 })];

  assert.deepEqual([no.status, no.steps[1]?.status], ['completed', 'skipped']);
  assert.deepEqual([yes.status, yes.steps[1]?.status], ['completed', 'completed']);
});

test('what fails of the moment is tried again, under the same key; the answer is a value', async () => {
  const echo = await makeEcho();
  echo.statuses.push(503, 503);
  const http = {
    type: 'http',
    name: 'call',
    url: `${echo.url}/{{record.id}}`,
    body: { text: '{{record.text}}' },
    retry: { min_seconds: 0 },
  } as const;
  const { id } = await make({ actions: [http, set({ seen: '{{steps.call.output.body.seen}}' })] });

  const done = await run(id, { id: 7, text: 'a "quote"\nand {{record.id}}' });

  assert.equal(done.status, 'completed');
  assert.deepEqual([done.steps[0]?.attempts, echo.asked.length], [3, 3]);
  assert.equal(new Set(echo.asked.map(({ key }) => key)).size, 1);
  assert.deepEqual(echo.asked[0]?.body, { text: 'a "quote"\nand {{record.id}}' });
  assert.deepEqual(done.steps[1]?.output, { id: 7, text: 'a "quote"\nand {{record.id}}', seen: 3 });
});

test('a failure is caught by its action, or ends the run with what the workflow does then', async () => {
  const echo = await makeEcho();
  echo.statuses.push(404, 404);
  const http = { type: 'http', name: 'call', url: echo.url } as const;
  const caught = await make({
    actions: [
      { ...http, on_error: [set({ why: '{{error.message}}' }, { name: 'why' })] },
      set({ on: 1 }),
    ],
  });
  const failing = await make({
    actions: [http, set({ on: 1 })],
    on_error: [set({ why: '{{error.step}}: {{error.message}}' }, { name: 'why' })],
  });

  const [goesOn, ends] = [await run(caught.id), await run(failing.id)];

  assert.deepEqual([goesOn.status, ends.status], ['completed', 'failed']);
  const whyOf = ({ steps }: typeof ends) => steps.find(({ name }) => name === 'why')?.output;
  assert.match(JSON.stringify(whyOf(goesOn)), /"It was refused \(404\)/);
  assert.match(JSON.stringify(whyOf(ends)), /"call: It was refused \(404\)/);
  assert.match(ends.error ?? '', /^The step call failed: It was refused \(404\)/);
  assert.equal(ends.steps.find(({ path }) => path === '1')?.status, 'skipped');
});

test('why a step failed is shown with the run, and nowhere else', async () => {
  const echo = await makeEcho();
  echo.statuses.push(400);
  const { id } = await make({ actions: [{ type: 'http', name: 'call', url: echo.url }] });

  const shown = await run(id);
  const [listed] = bodyOf(await client.listWorkflowRuns({ params: { workflow: id } }));

  // What was answered may repeat the record that was sent.
  assert.match(shown.error ?? '', /^The step call failed: It was refused \(400\)\. \{"seen":1\}/);
  assert.equal(listed?.error, 'The step call failed.');
});

test('a failed run goes on at the step that failed, and what was done is not done again', async () => {
  const echo = await makeEcho();
  const call = (name: string) =>
    ({ type: 'http', name, method: 'POST', url: `${echo.url}/${name}`, body: {} }) as const;
  const { id } = await make({ actions: [call('one'), call('two'), call('three')] });
  echo.statuses.push(200, 422);
  const failed = await run(id);

  const params = { workflow: id, workflow_run: failed.id };
  bodyOf(await client.retryWorkflowRun({ params, body: {} }));
  const done = await ended(id, failed.id);
  bodyOf(await client.retryWorkflowRun({ params, body: { from: 'two' } }));
  const again = await ended(id, failed.id);

  assert.deepEqual(
    [failed.status, done.status, again.status],
    ['failed', 'completed', 'completed'],
  );
  const urls = echo.asked.map(({ url }) => url.slice(1));
  assert.deepEqual(urls, ['one', 'two', 'two', 'three', 'two', 'three']);
  const [, first, second, , third] = echo.asked.map(({ key }) => key);
  assert.equal(first, second);
  assert.notEqual(second, third);
});

test('changes and runs that come at once wait for each other, and find the workflow', async () => {
  const { id } = await make({ actions: [set({ at: 0 })] });
  const params = { workflow: id };

  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6].flatMap((at) => [
      client.putWorkflow({ params, body: { actions: [set({ at })] } }),
      client.runWorkflow({ params, body: {} }),
    ]),
  );

  assert.deepEqual(
    answers.map(({ ok }) => ok),
    answers.map(() => true),
  );
});

test('a run keeps the version that it began with', async () => {
  const { id } = await make({ actions: [{ type: 'delay', seconds: 3600 }, set({ v: 1 })] });
  const before = await begin(id);
  await until('it waits', async () => (await get(id, before)).status === 'waiting');

  const body = { actions: [set({ v: 2 })] };
  const changed = bodyOf(await client.patchWorkflow({ params: { workflow: id }, body }));
  app.clock.advance({ seconds: 3_700 });
  const done = await ended(id, before);

  assert.deepEqual([changed.version, done.version, done.status], [2, 1, 'completed']);
  assert.deepEqual(done.steps[1]?.output, { v: 1 });
});

test('no more runs are under way than the workflow allows, in the order in which they came', async () => {
  const { id } = await make({ concurrency: 1, actions: [{ type: 'delay', seconds: 600 }] });
  const runs = [await begin(id), await begin(id), await begin(id)];
  await until('the first waits', async () => (await get(id, runs[0] ?? '')).status === 'waiting');

  const before = await Promise.all(runs.map((one) => get(id, one)));
  app.clock.advance({ seconds: 601 });
  await ended(id, runs[0] ?? '');
  await until('the second waits', async () => (await get(id, runs[1] ?? '')).status === 'waiting');
  const then = await Promise.all(runs.map((one) => get(id, one)));
  bodyOf(await client.cancelWorkflowRun({ params: { workflow: id, workflow_run: runs[1] ?? '' } }));
  await until('the third waits', async () => (await get(id, runs[2] ?? '')).status === 'waiting');

  assert.deepEqual(
    before.map(({ status }) => status),
    ['waiting', 'queued', 'queued'],
  );
  assert.deepEqual(
    then.map(({ status }) => status),
    ['completed', 'waiting', 'queued'],
  );
});

test('a limit is taken away, and those that it held back begin', async () => {
  const { id } = await make({ concurrency: 1, actions: [{ type: 'delay', seconds: 600 }] });
  const runs = [await begin(id), await begin(id)];
  await until('the first waits', async () => (await get(id, runs[0] ?? '')).status === 'waiting');

  const body = { concurrency: 0 };
  const changed = bodyOf(await client.patchWorkflow({ params: { workflow: id }, body }));
  await until('the second waits', async () => (await get(id, runs[1] ?? '')).status === 'waiting');

  assert.deepEqual([changed.concurrency, changed.version], [null, 1]);
});

test('a dry run shows what would be sent, and sends nothing', async () => {
  const echo = await makeEcho();
  const body = { note: 'Hello {{record.name}}' };
  const { id } = await make({
    actions: [
      { type: 'http', method: 'POST', url: `${echo.url}/x`, body },
      { type: 'delay', seconds: 60 },
      set({ after: true }),
    ],
  });

  const params = { workflow: id };
  const tried = bodyOf(await client.dryRunWorkflow({ params, body: { record: { name: 'Ada' } } }));

  assert.deepEqual([tried.status, echo.asked], ['completed', []]);
  const [first] = tried.steps;
  assert.match(JSON.stringify(first?.input), /Hello Ada/);
  assert.deepEqual(tried.steps.at(-1)?.output, { name: 'Ada', after: true });
});

test('a record is written and told of in a channel, once, as the products show it', async () => {
  const own = await makeSyncScene(app, { scopes: schedulingScopes });
  const connection_id = await connectOwn(own, 'messaging', 'Bot');
  const body = {
    name: 'Talk',
    actions: [
      {
        type: 'write',
        name: 'open',
        connection_id,
        object: 'channels',
        operation: 'insert',
        fields: { name: '{{record.channel}}' },
      },
      {
        type: 'write',
        connection_id,
        object: 'threads',
        operation: 'insert',
        fields: { channel: '{{record.channel}}', text: 'Welcome, {{record.name}}' },
      },
    ],
  } as const;
  const { id } = bodyOf(await own.client.createWorkflow({ body: body as never }));

  const begun = bodyOf(
    await own.client.runWorkflow({
      params: { workflow: id },
      body: { channel: 'news', name: 'Ada' },
    }),
  );
  const done = await until('it is over', async () => {
    const params = { workflow: id, workflow_run: begun.id };
    const shown = bodyOf(await own.client.getWorkflowRun({ params }));
    return ['completed', 'failed'].includes(shown.status) ? shown : undefined;
  });

  assert.deepEqual([done.status, done.error], ['completed', null]);
});

test('another organization sees none of it', async () => {
  const { id } = await make({ actions: [set({ a: 1 })] });
  const done = await run(id);
  const stranger = await makeSyncScene(app);

  const answers = [
    await stranger.client.getWorkflow({ params: { workflow: id } }),
    await stranger.client.getWorkflowRun({ params: { workflow: id, workflow_run: done.id } }),
    await stranger.client.runWorkflow({ params: { workflow: id }, body: {} }),
    await stranger.client.deleteWorkflow({ params: { workflow: id } }),
  ];

  assert.deepEqual(
    answers.map((one) => (one as { status: number }).status),
    [404, 404, 404, 404],
  );
});
