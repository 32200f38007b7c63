import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { Operator } from '../../server/operator/operator.ts';
import { publish } from '../../server/runtime/events/events.ts';
import { readId } from '../../server/runtime/ids.ts';
import { until } from '../../server/runtime/testing/until.ts';
import { newId } from '../../server/sync/conventions/ids.ts';
import { createWebhook } from '../../server/sync/operator/index.ts';
import { against, paired, plain, type Result } from '../figures.ts';
import { type Installation, withInstallation } from '../installation.ts';
import { residentMegabytes } from '../memory.ts';
import { startProcess } from '../server.ts';

const rounds = 3;
const endpoints = 20;
const events = 2_000;
const deliveries = endpoints * events;
const sinkProgram = fileURLToPath(new URL('./sink.ts', import.meta.url));

/** Deliveries from the event log to endpoints, against a bare client that posts the same bodies. */
export async function measureWebhooks(): Promise<Result> {
  return withInstallation(async (at) => {
    const { dataDirectory, platform } = at;
    const sink = await startProcess(process.execPath, [sinkProgram], dataDirectory);
    const origin = `http://127.0.0.1:${sink.port}`;
    const made = await new Operator(platform).createOrganization('Bench Group');
    for (let one = 0; one < endpoints; one += 1) {
      await createWebhook(platform, made.id, { url: `${origin}/${one}`, events: ['sync.alert'] });
    }
    const environment = { HEDDLE_ALLOW_PRIVATE_HOSTS: '127.0.0.1' };
    const server = await at.serve(environment);
    const organization = readId('organization', made.id) as number;
    const deliver = () => timed(origin, () => alertTimes(at, organization));
    const post = () => timed(origin, () => postBare(origin));
    await deliver();
    await post();
    const measured = await paired(rounds, deliver, post);
    const memory = await residentMegabytes(server.pid);
    await sink.stop();
    const figures = [
      against('events to endpoints', 'deliveries/s', measured, 'bare undici client', {
        aim: { atLeast: 0.4 },
      }),
      plain('resident memory', 'MB', memory, { note: 'heddle serve, all roles, after that' }),
    ];
    const about = `${events} events to ${endpoints} endpoints of one sink, from the log to 204`;
    return { benchmark: 'webhooks', about, figures };
  });
}

/** Deliveries in a second, from the beginning until the sink has them all. */
async function timed(origin: string, work: () => Promise<void>): Promise<number> {
  const before = await countOf(origin);
  const began = performance.now();
  await work();
  await until('all have come', async () => (await countOf(origin)) >= before + deliveries);
  return deliveries / ((performance.now() - began) / 1000);
}

async function countOf(origin: string): Promise<number> {
  return Number(await (await fetch(origin)).text());
}

function alert() {
  const since = new Date().toISOString();
  return {
    sync_id: newId('sync'),
    sync_name: 'Orders',
    ...({ alert: 'failed_runs', message: 'Three runs have failed.', since } as const),
    state: 'firing' as const,
  };
}

async function alertTimes({ platform }: Installation, organization: number): Promise<void> {
  const happened = Array.from({ length: events }, () => {
    const data = alert();
    return { type: 'sync.alert' as const, subject: data.sync_id, data };
  });
  await platform.database
    .of(organization)
    .transaction((tx) => publish(tx, organization, new Date(), happened));
}

async function postBare(origin: string): Promise<void> {
  const pool = new Pool(origin, { connections: endpoints });
  const bodies = Array.from({ length: events }, () =>
    JSON.stringify({
      id: newId('event'),
      type: 'sync.alert',
      created_at: new Date().toISOString(),
      data: alert(),
    }),
  );
  const headers = { 'content-type': 'application/json' };
  await Promise.all(
    Array.from({ length: endpoints }, async (_, one) => {
      for (const body of bodies) {
        const answer = await pool.request({ method: 'POST', path: `/${one}`, headers, body });
        await answer.body.dump();
      }
    }),
  );
  await pool.close();
}
