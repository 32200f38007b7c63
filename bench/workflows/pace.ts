import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beginWorkflowRuns } from '../../server/sync/workflows/runs/beginning.ts';
import { pgbench } from '../book/pgbench.ts';
import { against, type Figure, paired, plain } from '../figures.ts';
import type { Installation } from '../installation.ts';
import { residentMegabytes } from '../memory.ts';
import { settleDatabase } from '../scene.ts';
import type { Client } from '../sync/scene.ts';
import { type Actions, makeWorkflow, type WorkflowScene } from './scene.ts';
import { runsTogether, writeRuns } from './statements.ts';
import { deleteRuns, selectEnded } from './store.ts';

const rounds = 3;
const runs = 3_072;
const lookMilliseconds = 100;
const aim = { atLeast: 300 };

const set = (fields: Record<string, unknown>) =>
  ({ type: 'transform', config: { set: fields } }) as const;
const condition = { type: 'condition', filter: 'amount > 100' } as const;
const first = set({ amount: '{{record.total}}' });

/** Runs of three steps that one worker does in a second, beside their statements alone. */
export async function measurePace(
  at: Installation,
  scene: WorkflowScene,
  { client, pid }: { client: Client; pid: number },
): Promise<Figure[]> {
  const sink = await startSink();
  try {
    const { url } = sink;
    const post = { type: 'http', method: 'POST', url, body: { n: '{{record.n}}' } } as const;
    const kinds: { name: string; actions: Actions }[] = [
      { name: 'transform, condition, transform', actions: [first, condition, set({ tier: 1 })] },
      { name: 'transform, condition, http', actions: [first, condition, post] },
    ];
    const figures: Figure[] = [];
    for (const { name, actions } of kinds) {
      const workflowId = await makeWorkflow(client, actions);
      figures.push(await measureKind(at, scene, { name, workflowId }));
    }
    const peak = plain('the worker, after these', 'MB', await residentMegabytes(pid));
    return [...figures, peak];
  } finally {
    sink.close();
  }
}

async function measureKind(
  at: Installation,
  { organization }: WorkflowScene,
  { name, workflowId }: { name: string; workflowId: string },
): Promise<Figure> {
  const { database } = at.platform;
  const clear = async () => {
    await database.system.transaction((tx) => deleteRuns(tx, organization));
    await settleDatabase(at.address);
  };
  const script = await writeRuns({ organization, workflowId }, at.dataDirectory);
  let nth = 0;
  const limit = async () => {
    const each = runs / runsTogether;
    const given = { clients: 1, each, first: nth * each, role: 'heddle_system' };
    nth += 1;
    return (await pgbench(script, at, given)) * runsTogether;
  };
  await play(at, { organization, workflowId });
  await clear();
  const measured = await paired(rounds, () => play(at, { organization, workflowId }), limit);
  await clear();
  const about = `pgbench, in batches of ${runsTogether}`;
  return { ...against(name, 'runs/s', measured, about), aim, met: measured.value >= aim.atLeast };
}

/** Runs a second, from the beginning of the first to the end of the last. */
async function play(
  { platform }: Installation,
  { organization, workflowId }: { organization: number; workflowId: string },
): Promise<number> {
  const { database, keyring } = platform;
  const began = Date.now();
  for (let nth = 0; nth < runs; nth += runsTogether) {
    const begins = Array.from({ length: runsTogether }, (_, more) => ({
      workflow_id: workflowId,
      trigger: given(nth + more),
      depth: 1,
    }));
    const services = { organization, now: new Date(), keyring };
    await database.system.transaction((tx) => beginWorkflowRuns(tx, services, begins));
  }
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
    const { left, failed, at } = await selectEnded(database.system.reading, workflowId);
    if (failed > 0) throw new Error(`${failed} runs failed`);
    if (left === 0 && at) return (runs * 1000) / (at.getTime() - began);
  }
}

function given(n: number) {
  const nothing = { id: null, connection_id: null, object: null };
  const record = { n, total: 120, name: 'Sofia Martinez', email: 'sofia@patients.example' };
  return { ...nothing, type: 'api_call', record, fired_at: new Date().toISOString() };
}

/** A system that takes whatever it is sent. */
async function startSink() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}
