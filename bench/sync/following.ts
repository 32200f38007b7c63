import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runnersOf } from '../../server/sync/testing/runners.ts';
import { against, type Figure, type Paired, paired, plain, type Result } from '../figures.ts';
import { withInstallation } from '../installation.ts';
import { makeScene } from '../scene.ts';
import { percentile } from './answering.ts';
import { clientOf, makeConnection, makeSync, makeSyncScene, type SyncScene } from './scene.ts';

const shell = promisify(execFile);
const rates = [100, 2_000];
const seconds = 10;
const sustained = 40_000;
const rounds = 3;
const clients = 4;
const lookMilliseconds = 20;

/** When transactions were committed is known at both ends, by one clock. */
const settings = { wal_level: 'logical', track_commit_timestamp: 'on' };
const columns =
  'id bigint generated always as identity primary key, name text, total numeric, at timestamptz';
const insert = `insert into moved (name, total, at) values ('Name ' || :client_id, 12.34, now());\n`;

type Bench = { scene: SyncScene; script: string; server: number };

/** Changes of one PostgreSQL in another, both on this machine. */
export async function measureFollowing(): Promise<Result> {
  return withInstallation(async (at) => {
    const { organization } = await makeScene(at, { practices: 1, doctorsEach: 1, openings: 1 });
    const scene = await makeSyncScene(at, organization, settings);
    try {
      const server = await at.serve(scene.environment);
      const client = clientOf(server.port, scene.token);
      const script = join(scene.folder, 'insert.sql');
      await writeFile(script, insert);
      const bench = { scene, script, server: server.pid };
      await scene.ask('source', `create table moved (${columns})`);
      await scene.ask('destination', `create table own (${columns})`);
      const connect = (database: string) =>
        makeConnection(client, 'postgres', { credentials: scene.foreign.credentials(database) });
      const ends = { from: await connect('source'), to: await connect('destination') };
      const followed = { ...ends, object: 'moved', table: 'moved' };
      await makeSync(client, followed, { schedule: 'realtime' });
      await write(bench, 'source', ['-t', '1', '-c', '1']);
      await untilThere(bench);
      const delays: Figure[] = [];
      for (const rate of rates) delays.push(...(await measureDelay(bench, rate)));
      const pace = against('changes sustained', '1/s', await measureSustained(bench), 'pgbench', {
        aim: { atLeast: 0.5 },
      });
      const about = 'single rows inserted by pgbench, each in its own transaction, and followed';
      return { benchmark: 'realtime', about, figures: [...delays, pace, await peakOf(bench)] };
    } finally {
      await scene.foreign.end();
    }
  });
}

/** From the commit at the source to that at the destination. */
async function measureDelay(bench: Bench, rate: number): Promise<Figure[]> {
  const { scene } = bench;
  const [last] = await scene.ask('source', 'select max(id) as id from moved');
  await write(bench, 'source', ['-R', `${rate}`, '-T', `${seconds}`, '-c', `${clients}`]);
  await untilThere(bench);
  const times = async (database: 'source' | 'destination') => {
    const asked = `select extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000 as at
      from moved where id > ${last?.id} order by id`;
    return (await scene.ask(database, asked)).map(({ at }) => Number(at));
  };
  const [from, to] = [await times('source'), await times('destination')];
  const delays = from.map((at, nth) => (to[nth] ?? Number.POSITIVE_INFINITY) - at);
  const name = `${rate.toLocaleString('en')} changes a second`;
  return [
    plain(`${name}, p50`, 'ms', percentile(delays, 0.5), { aim: { atMost: 100 } }),
    plain(`${name}, p99`, 'ms', percentile(delays, 0.99), { aim: { atMost: 1_000 } }),
  ];
}

/** As fast as they come, until all are there; against the same written there at once. */
async function measureSustained(bench: Bench): Promise<Paired> {
  const transactions = ['-t', `${sustained / clients}`, '-c', `${clients}`];
  const rateOf = async (work: () => Promise<void>) => {
    const began = performance.now();
    await work();
    return (sustained * 1000) / (performance.now() - began);
  };
  return paired(
    rounds,
    () =>
      rateOf(async () => {
        await write(bench, 'source', transactions);
        await untilThere(bench);
      }),
    () => rateOf(() => write(bench, 'destination', transactions)),
  );
}

async function write(
  { scene, script }: Bench,
  database: 'source' | 'destination',
  given: string[],
) {
  const place = scene.foreign.arguments(database);
  const into = database === 'source' ? script : `${script}.own`;
  if (into !== script) await writeFile(into, insert.replace('moved', 'own'));
  await shell('pgbench', [...place.slice(0, -2), '-n', '-f', into, ...given, ...place.slice(-1)]);
}

async function untilThere({ scene }: Bench): Promise<void> {
  const [here] = await scene.ask('source', 'select max(id) as id from moved');
  for (;;) {
    const there = await scene.ask('destination', 'select max(id) as id from moved').catch(() => []);
    if (there[0]?.id === here?.id) return;
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
}

async function peakOf({ server }: Bench): Promise<Figure> {
  const peaks = await Promise.all(
    runnersOf(server).map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    }),
  );
  return plain('peak of the process of runs', 'MB', Math.max(...peaks), { aim: { atMost: 200 } });
}
