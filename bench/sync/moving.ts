import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runnersOf } from '../../server/sync/testing/runners.ts';
import { against, type Figure, type Paired, paired, plain, type Result } from '../figures.ts';
import { withInstallation } from '../installation.ts';
import { makeScene, tokenOf } from '../scene.ts';
import { percentile, timesOf } from './answering.ts';
import {
  type Client,
  clientOf,
  makeConnection,
  makeSync,
  makeSyncScene,
  runWhole,
  type SyncScene,
} from './scene.ts';
import { measureTelling } from './telling.ts';

const rounds = 3;
const rows = 1_000_000;
const transformedRows = 200_000;
const sizes = [10_000, 100_000, 1_000_000];
const fullSize = 10_000_000;
const pace = { atMost: 1.5 };
const shell = promisify(execFile);

const columns = 'id bigint primary key, name text, total numeric(12,2), at timestamptz, note text';
const names = ['id', 'name', 'total', 'at', 'note'];
const record = `n, 'Name ' || n, n * 0.01, '2026-01-01'::timestamptz + n * interval '1 second',
  'a note that is a little longer ' || n`;

type Bench = {
  scene: SyncScene;
  client: Client;
  from: string;
  to: string;
  folder: string;
  server: number;
};

/** Moves records between two databases of one PostgreSQL, against psql doing the same. */
export async function measureSync({ full }: { full: boolean }): Promise<Result> {
  return withInstallation(async (at) => {
    const practices = await makeScene(at, { practices: 16, doctorsEach: 2, openings: 16 });
    const scene = await makeSyncScene(at, practices.organization);
    try {
      const server = await at.serve(scene.environment);
      const client = clientOf(server.port, scene.token);
      const bench = await makeBench(scene, client, server.pid);
      const authorization = await tokenOf(practices, server.port);
      const answering = { port: server.port, authorization };
      const figures: Figure[] = [
        against('five mappings, a new table', 's', await measureNew(bench), 'psql, COPY to COPY', {
          aim: pace,
        }),
        against('filter, a filled table', 's', await measureFilled(bench), onConflict, {
          aim: pace,
        }),
        against('CSV to PostgreSQL', 's', await measureCsv(bench), 'psql, \\copy', { aim: pace }),
        against('JavaScript transform', 'records/s', await measureTransform(bench), 'without it', {
          aim: { atLeast: 0.6 },
        }),
        await measureTelling(bench, { object: 'fewer', records: transformedRows }),
        ...(await measureGrowth(bench, full ? [...sizes, fullSize] : sizes)),
        ...(await measureAnswers(bench, answering)),
        await measurePeak(bench),
      ];
      const about = `${rows.toLocaleString('en')} records of five fields, PostgreSQL to PostgreSQL`;
      return { benchmark: 'sync', about, figures };
    } finally {
      await scene.foreign.end();
    }
  });
}

const onConflict = 'psql, COPY into a staging table, insert … on conflict';

async function makeBench(scene: SyncScene, client: Client, server: number): Promise<Bench> {
  await scene.ask('source', `create table moved (${columns})`);
  await fill(scene, 'moved', rows);
  const connect = (database: string) =>
    makeConnection(client, 'postgres', { credentials: scene.foreign.credentials(database) });
  const folder = await makeConnection(client, 'files', { config: { path: '.' } });
  const [from, to] = [await connect('source'), await connect('destination')];
  return { scene, client, from, to, folder, server };
}

async function fill({ ask }: SyncScene, table: string, count: number): Promise<void> {
  await ask('source', `insert into ${table} select ${record} from generate_series(1, ${count}) n`);
  await ask('source', `vacuum analyze ${table}`);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** What came out of one database goes into the other, by two psql and a pipe. */
async function pipe({ scene }: Bench, out: string, into: readonly string[]): Promise<void> {
  const psql = (database: string, commands: readonly string[]) =>
    ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', ...scene.foreign.arguments(database)]
      .concat(commands.flatMap((one) => ['-c', one]))
      .map((part) => `'${part.replaceAll("'", "'\\''")}'`)
      .join(' ');
  const command = `set -o pipefail; ${psql('source', [out])} | ${psql('destination', into)}`;
  await shell('bash', ['-c', command]);
}

async function measureNew(bench: Bench): Promise<Paired> {
  const { scene, client, from, to } = bench;
  const field_mappings = names.map((name) => ({ source: name, destination: `${name}_` }));
  const ends = { from, to, object: 'moved', table: 'fresh' };
  const sync = await makeSync(client, ends, { field_mappings });
  const clear = () =>
    scene.ask('destination', 'drop table if exists fresh; drop table if exists heddle_state');
  return paired(
    rounds,
    async () => {
      await clear();
      return seconds(() => runWhole(client, sync, rows));
    },
    async () => {
      await clear();
      await scene.ask('destination', `create table fresh (${columns})`);
      return seconds(() =>
        pipe(bench, `copy (select ${names} from moved) to stdout`, ['copy fresh from stdin']),
      );
    },
  );
}

async function measureFilled(bench: Bench): Promise<Paired> {
  const { scene, client, from, to } = bench;
  const ends = { from, to, object: 'moved', table: 'filled' };
  const filters = ['total >= 5000'];
  const sync = await makeSync(client, ends, { filters });
  const [found] = await scene.ask('source', 'select count(*) from moved where total >= 5000');
  const count = Number(found?.count);
  const refill = async () => {
    await scene.ask('destination', 'drop table if exists filled, heddle_state');
    await scene.ask('destination', `create table filled (${columns})`);
    await pipe(bench, `copy (select id, name, total, at, '' from moved) to stdout`, [
      'copy filled from stdin',
    ]);
    await scene.ask('destination', 'vacuum analyze filled');
  };
  const others = names.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
  return paired(
    rounds,
    async () => {
      await refill();
      return seconds(() => runWhole(client, sync, count));
    },
    async () => {
      await refill();
      return seconds(() =>
        pipe(bench, `copy (select ${names} from moved where total >= 5000) to stdout`, [
          'create temporary table staging (like filled)',
          'copy staging from stdin',
          `insert into filled select * from staging on conflict (id) do update set ${others}`,
        ]),
      );
    },
  );
}

async function measureCsv(bench: Bench): Promise<Paired> {
  const { scene, client, folder, to } = bench;
  const path = join(scene.folder, 'moved.csv');
  const psql = [...scene.foreign.arguments('source'), '-X', '-q'];
  await shell('psql', [...psql, '-c', `\\copy moved to '${path}' csv header`]);
  const ends = { from: folder, to, object: 'moved.csv', table: 'of_csv' };
  const sync = await makeSync(client, ends, { mode: 'append' });
  const clear = () => scene.ask('destination', 'drop table if exists of_csv, heddle_state');
  const texts = names.map((name) => `${name} text`).join(', ');
  return paired(
    rounds,
    async () => {
      await clear();
      return seconds(() => runWhole(client, sync, rows));
    },
    async () => {
      await clear();
      await scene.ask('destination', `create table of_csv (${texts})`);
      const into = [...scene.foreign.arguments('destination'), '-X', '-q'];
      const copy = `\\copy of_csv from '${path}' csv header`;
      return seconds(() => shell('psql', [...into, '-c', copy]));
    },
  );
}

async function measureTransform(bench: Bench): Promise<Paired> {
  const { scene, client, from, to } = bench;
  await scene.ask('source', `create table fewer (${columns})`);
  await fill(scene, 'fewer', transformedRows);
  const code = 'module.exports = (r) => { r.name = r.name.toUpperCase(); return r; };';
  const body = { name: 'Bench', type: 'javascript', code } as const;
  const made = await client.createTransform({ body });
  if (!made.ok) throw new Error('the transform is refused');
  const ends = { from, to, object: 'fewer', table: 'transformed' };
  const measure = async (transforms: string[]) => {
    await scene.ask('destination', 'drop table if exists transformed, heddle_state');
    const sync = await makeSync(client, ends, { transforms });
    return transformedRows / (await seconds(() => runWhole(client, sync, transformedRows)));
  };
  return paired(
    rounds,
    () => measure([made.body.id]),
    () => measure([]),
  );
}

async function measureGrowth(bench: Bench, counts: readonly number[]): Promise<Figure[]> {
  const { scene, client, from, to } = bench;
  const each: number[] = [];
  for (const count of counts) {
    const table = `of_${count}`;
    await scene.ask('source', `create table ${table} (${columns})`);
    await fill(scene, table, count);
    const sync = await makeSync(client, { from, to, object: table, table });
    each.push(((await seconds(() => runWhole(client, sync, count))) * 1e6) / count);
  }
  const [, middle = 0] = each;
  const note = `for ${counts.map((count) => count.toLocaleString('en')).join(', ')} records: ${each.map((one) => one.toFixed(1)).join(', ')}`;
  const last = each.at(-1) ?? 0;
  return [
    plain('a record of the largest table', 'µs', last, { note }),
    plain('against one of a tenth', '×', last / (counts.length > 3 ? (each[2] ?? 0) : middle), {
      aim: { atMost: 1.3 },
    }),
  ];
}

async function measureAnswers(
  { scene, client, from, to }: Bench,
  answering: { port: number; authorization: string },
): Promise<Figure[]> {
  const ask = { ...answering, path: '/scheduling/practices' };
  const idle = percentile(await timesOf(ask, { seconds: 10 }), 0.95);
  await scene.ask('destination', 'drop table if exists busy, heddle_state');
  const sync = await makeSync(client, { from, to, object: 'moved', table: 'busy' });
  const moving = runWhole(client, sync, rows);
  const busy = percentile(await timesOf(ask, { until: moving }), 0.95);
  const measured = { value: busy, limitValue: idle, ratio: busy / idle };
  const name = 'p95 of GET /scheduling/practices meanwhile';
  return [against(name, 'ms', measured, 'with nothing else to do', { aim: { atMost: 5 } })];
}

/** Of all that was moved before. */
async function measurePeak({ server }: Bench): Promise<Figure> {
  const peaks = await Promise.all(
    runnersOf(server).map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    }),
  );
  const peak = Math.max(...peaks);
  return plain('peak of the process of runs', 'MB', peak, { aim: { atMost: 300 } });
}
