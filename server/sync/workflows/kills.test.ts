import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { killWorker, startWorker } from '../../testing/workers.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';

const kills = 4;
const runsEach = 6;

// The workers are processes of their own.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const { client } = await makeSyncScene(app);

/** A system that does once what comes under one key, as those do that know such keys. */
async function makeSystem() {
  const done = new Map<string, string>();
  let hold: Promise<void> | undefined;
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const key = String(request.headers['idempotency-key']);
    if (!done.has(key)) done.set(key, request.url ?? '');
    await hold;
    await setTimeout(Math.random() * 30);
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const holdUp = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    return () => {
      hold = undefined;
      resolve();
    };
  };
  return { url: `http://127.0.0.1:${port}`, done, holdUp };
}

async function makeWorkflow(url: string) {
  const call = (name: string) =>
    ({ type: 'http', name, method: 'POST', url: `${url}/{{record.n}}/${name}`, body: {} }) as const;
  const body = { name: 'Three', actions: [call('one'), call('two'), call('three')] };
  return bodyOf(await client.createWorkflow({ body })).id;
}

const begin = async (workflow: string, n: number) =>
  bodyOf(await client.runWorkflow({ params: { workflow }, body: { n } })).id;

const get = async (workflow: string, run: string) =>
  bodyOf(await client.getWorkflowRun({ params: { workflow, workflow_run: run } }));

test('whoever is killed in a step, each step has its effect once', async () => {
  const { url, done } = await makeSystem();
  const workflow = await makeWorkflow(url);
  const runs: string[] = [];

  for (let kill = 0; kill < kills; kill += 1) {
    const worker = await startWorker(app);
    for (let nth = 0; nth < runsEach; nth += 1) runs.push(await begin(workflow, runs.length));
    await setTimeout(Math.random() * 250);
    await killWorker(worker);
    // Leases end by the clock of the database, which nobody moves.
    await endLeases();
  }
  const last = await startWorker(app);
  await until('all runs are over', async () => {
    const shown = await Promise.all(runs.map((run) => get(workflow, run)));
    return shown.every(({ status }) => status === 'completed');
  });
  await killWorker(last);

  const effects = [...done.values()].sort();
  const wanted = runs.flatMap((_, n) => ['one', 'two', 'three'].map((name) => `/${n}/${name}`));
  assert.deepEqual(effects, wanted.sort());
});

test('what a worker answers that was only slow is refused', async () => {
  const { url, holdUp } = await makeSystem();
  const workflow = await makeWorkflow(url);
  const slow = await startWorker(app);
  const release = holdUp();
  const run = await begin(workflow, 1);
  await until('it is under way', async () => (await get(workflow, run)).status === 'running');
  slow.kill('SIGSTOP');

  release();
  await endLeases();
  const quick = await startWorker(app);
  const done = await until('another one has done it', async () => {
    const shown = await get(workflow, run);
    return shown.status === 'completed' ? shown : undefined;
  });
  slow.kill('SIGCONT');
  await setTimeout(500);
  const later = await get(workflow, run);
  await Promise.all([killWorker(slow), killWorker(quick)]);

  assert.deepEqual(later, done);
});

test('a step that ends whoever does it is given up in the end', async () => {
  const { url, holdUp } = await makeSystem();
  const workflow = await makeWorkflow(url);
  const release = holdUp();
  const run = await begin(workflow, 1);

  const worker = await startWorker(app);
  const shown = await until('it is given up', async () => {
    const { status, error } = await get(workflow, run);
    if (status === 'running') await endLeases();
    return status === 'failed' ? error : undefined;
  });
  release();
  await killWorker(worker);

  assert.match(
    shown ?? '',
    /^The step one failed: Whoever did it was not heard of any more, 5 times/,
  );
});

/** As after half a minute in which nobody was heard of. */
async function endLeases(): Promise<void> {
  await app.server.platform.database.system.transaction(async (tx) => {
    await tx.rows(`update sync.workflow_run set lease_until = clock_timestamp() - interval '1 second'
      where status = 'running'`);
  });
}
