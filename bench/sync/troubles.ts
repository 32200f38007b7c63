import { runnersOf } from '../../server/sync/engine/testing/runners.ts';
import type { Installation } from '../installation.ts';
import {
  bodyOf,
  type Client,
  clientOf,
  makeConnection,
  makeSync,
  type SyncScene,
  untilOver,
} from './scene.ts';

const leaseMilliseconds = 20_000;
const awayMilliseconds = 30_000;
const lookMilliseconds = 250;

/** A server and its process of runs freeze for longer than a lease, and wake when another has the run. */
export async function wakeLate(at: Installation, scene: SyncScene): Promise<string> {
  const first = await at.serve(scene.environment);
  const sync = await begin(clientOf(first.port, scene.token), scene, 'woken');
  await untilFurther(clientOf(first.port, scene.token), sync.params);
  const frozen = [first.pid, ...runnersOf(first.pid)];
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');
  const second = await at.serve(scene.environment);
  const client = clientOf(second.port, scene.token);
  await later(leaseMilliseconds + 5_000);
  for (const pid of frozen) process.kill(pid, 'SIGCONT');
  await untilOver(client, sync.params);
  await later(5_000);
  await expectWhole(client, scene, sync);
  await first.stop();
  await second.stop();
  return 'frozen past the lease, then woken: each record once';
}

/** The destination is not there for half a minute. */
export async function goAway(at: Installation, scene: SyncScene): Promise<string> {
  const server = await at.serve(scene.environment);
  const client = clientOf(server.port, scene.token);
  const sync = await begin(client, scene, 'away');
  await untilFurther(client, sync.params);
  await scene.foreign.stop();
  await later(awayMilliseconds);
  await scene.foreign.start();
  await expectWhole(client, scene, sync);
  await server.stop();
  return `${awayMilliseconds / 1000} s without PostgreSQL: the run went on by itself, each record once`;
}

/** Rows commit late: with a smaller key and the value that the cursor has, and while a read goes on. */
export async function readLate(at: Installation, scene: SyncScene): Promise<string> {
  const server = await at.serve(scene.environment);
  const client = clientOf(server.port, scene.token);
  const sync = await begin(client, scene, 'late', { cursor_field: 'at' });
  const writers = Array.from({ length: 20 }, (_, nth) =>
    scene.ask(
      'source',
      `begin; insert into moved select 1000000 + ${nth}, 'late', max(at) from moved;
       insert into moved values (-1 - ${nth}, 'late', now() - interval '1 hour');
       select pg_sleep(${nth / 4}); commit`,
    ),
  );
  await untilOver(client, sync.params);
  await Promise.all(writers);
  const { id: run } = bodyOf(
    await client.runSync({ params: { sync: sync.params.sync }, body: {} }),
  );
  await expectWhole(client, scene, { ...sync, params: { sync: sync.params.sync, run } });
  await server.stop();
  return `${2 * writers.length} rows that committed late: all arrived`;
}

/** Two servers on one database, of which one is killed, begin one run for each time of a schedule. */
export async function runByTwo(at: Installation, scene: SyncScene): Promise<string> {
  const [first, second] = [await at.serve(scene.environment), await at.serve(scene.environment)];
  const client = clientOf(second.port, scene.token);
  const { params } = await begin(client, scene, 'ticks');
  await untilOver(client, params);
  const patch = { schedule: '*/10 * * * * *' };
  bodyOf(await client.patchSync({ params: { sync: params.sync }, body: patch }));
  const begun = Date.now();
  await later(25_000);
  process.kill(first.pid, 'SIGKILL');
  await later(65_000);
  const stop = { schedule: 'manual' };
  bodyOf(await client.patchSync({ params: { sync: params.sync }, body: stop }));
  const ticks = Math.floor((Date.now() - begun) / 10_000);
  const all = bodyOf(await client.listRuns({ params: { sync: params.sync } }));
  const runs = all.filter(({ trigger }) => trigger === 'schedule');
  const times = new Set(runs.map(({ created_at }) => Math.floor(Date.parse(created_at) / 10_000)));
  if (times.size !== runs.length) throw new Error(`${runs.length} runs in ${times.size} times`);
  // What the dead one had begun holds up the others until its lease ends.
  if (runs.length < ticks - 4) throw new Error(`${runs.length} runs in ${ticks} times`);
  await untilOver(client, { sync: params.sync, run: runs[0]?.id ?? '' });
  await second.stop();
  return `${runs.length} runs in ${ticks} times of a schedule, two servers, one killed: none twice`;
}

type Begun = { params: { sync: string; run: string }; table: string };

async function begin(
  client: Client,
  { foreign }: SyncScene,
  table: string,
  settings: object = {},
): Promise<Begun> {
  const connect = (database: string) =>
    makeConnection(client, 'postgres', { credentials: foreign.credentials(database) });
  const [from, to] = [await connect('source'), await connect('destination')];
  const sync = await makeSync(
    client,
    { from, to, object: 'moved', table },
    {
      batch_size: 1_000,
      ...settings,
    },
  );
  const { id: run } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
  return { params: { sync, run }, table };
}

async function untilFurther(client: Client, params: Begun['params']): Promise<void> {
  for (;;) {
    const { records_read, status } = bodyOf(await client.getRun({ params }));
    if (records_read > 0 || status === 'completed') return;
    await later(lookMilliseconds);
  }
}

async function expectWhole(client: Client, { ask }: SyncScene, { params, table }: Begun) {
  const { status, error } = await untilOver(client, params);
  const sums = 'select count(*), count(distinct id) as ids, sum(id), sum(hashtext(text)) as texts';
  const [there] = await ask('source', `${sums} from moved`);
  const [here] = await ask('destination', `${sums} from ${table}`);
  if (status === 'completed' && JSON.stringify(here) === JSON.stringify(there)) return;
  throw new Error(`${table}: ${status} ${error}, ${JSON.stringify([there, here])}`);
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
