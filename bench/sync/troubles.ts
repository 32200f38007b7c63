import { runnersOf } from '../../server/sync/testing/runners.ts';
import type { Installation } from '../installation.ts';
import { type Place, systems } from './places.ts';
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
const tickMilliseconds = 10_000;
const lookMilliseconds = 250;

/**
 * A server and its process of runs freeze for longer than a lease, and wake when another has the runs,
 * one into each system.
 */
export async function wakeLate(at: Installation, scene: SyncScene): Promise<string> {
  const environment = {
    ...scene.environment,
    HEDDLE_SYNC_RUNS: '4',
    HEDDLE_SYNC_RUNS_PER_ORGANIZATION: '4',
  };
  const first = await at.serve(environment);
  const opened = await Promise.all(Object.values(systems).map((start) => start(scene)));
  const runs = [];
  for (const places of opened) {
    const client = clientOf(first.port, scene.token);
    const { connection, ask } = await places.open(client, 'woken');
    const sync = await begin(client, scene, 'woken', { mode: 'append' }, connection);
    runs.push({ ...sync, ask });
  }
  for (const { params } of runs) await untilFurther(clientOf(first.port, scene.token), params);
  const frozen = [first.pid, ...runnersOf(first.pid)];
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');
  const second = await at.serve(environment);
  const client = clientOf(second.port, scene.token);
  await later(leaseMilliseconds + 5_000);
  for (const pid of frozen) process.kill(pid, 'SIGCONT');
  for (const { params } of runs) await untilOver(client, params);
  await later(5_000);
  for (const run of runs) await expectWhole(client, scene, run, run.ask);
  await first.stop();
  await second.stop();
  await Promise.all(opened.map((places) => places.end()));
  return `frozen past the lease, then woken, into ${Object.keys(systems).join(', ')}: each record once`;
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
  await scene.ask('source', 'create table few as select * from moved limit 10');
  const { params } = await begin(client, scene, 'few', { mode: 'replace' });
  await untilOver(client, params);
  const patch = { schedule: '*/10 * * * * *' };
  bodyOf(await client.patchSync({ params: { sync: params.sync }, body: patch }));
  const begun = Math.floor(Date.now() / tickMilliseconds);
  await later(25_000);
  process.kill(first.pid, 'SIGKILL');
  await later(65_000);
  const stop = { schedule: 'manual' };
  const { skipped_ticks: skipped } = bodyOf(
    await client.patchSync({ params: { sync: params.sync }, body: stop }),
  );
  const ticks = Math.floor(Date.now() / tickMilliseconds) - begun;
  const all = bodyOf(await client.listRuns({ params: { sync: params.sync } }));
  const runs = all.filter(({ trigger }) => trigger === 'schedule');
  const times = new Set(
    runs.map(({ created_at }) => Math.floor(Date.parse(created_at) / tickMilliseconds)),
  );
  const told = `${runs.length} runs and ${skipped} times at which one was active, of ${ticks} times`;
  if (times.size !== runs.length) throw new Error(`${told}: one is twice`);
  if (Math.abs(runs.length + skipped - ticks) > 1) throw new Error(`${told}: one is lost`);
  for (const { id: run } of runs) {
    const { status, error } = await untilOver(client, { sync: params.sync, run });
    if (status !== 'completed') throw new Error(`a run ended ${status}: ${error}`);
  }
  await second.stop();
  return `${told} of a schedule, two servers, one killed: none twice, none lost`;
}

type Begun = { params: { sync: string; run: string }; table: string };

async function begin(
  client: Client,
  { foreign }: SyncScene,
  table: string,
  settings: object = {},
  destination?: string,
): Promise<Begun> {
  const connect = (database: string) =>
    makeConnection(client, 'postgres', { credentials: foreign.credentials(database) });
  const [from, to] = [await connect('source'), destination ?? (await connect('destination'))];
  const object = table === 'few' ? 'few' : 'moved';
  const given = { batch_size: 1_000, ...settings };
  const sync = await makeSync(client, { from, to, object, table }, given);
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

async function expectWhole(
  client: Client,
  { ask }: SyncScene,
  { params, table }: Begun,
  askThere: Place['ask'] = async (sql) => (await ask('destination', sql))[0],
) {
  const { status, error } = await untilOver(client, params);
  const sums =
    'count(*) as count, count(distinct id) as ids, sum(id) as sum, sum(length(text)) as texts';
  const [there] = await ask('source', `select ${sums} from moved`);
  const here = await askThere(`select ${sums} from ${table}`);
  const isSame = String(Object.values(here ?? {})) === String(Object.values(there ?? {}));
  if (status === 'completed' && isSame) return;
  throw new Error(`${table}: ${status} ${error}, ${JSON.stringify([there, here])}`);
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
