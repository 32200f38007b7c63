import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silent } from '../../testing/cluster.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import type { Log } from '../log.ts';
import { asOwner } from '../testing/owner.ts';
import { until } from '../testing/until.ts';
import { type Job, Jobs, JobType, job } from './jobs.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;
const wall = database.of(await makeOrganization(app));
const program = fileURLToPath(new URL('../testing/counting-worker.ts', import.meta.url));
await asOwner(
  app.address,
  `create table public.ran (number int, pid int);
   grant insert on public.ran to heddle_system`,
);

async function startWorker(t: TestContext, name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, JSON.stringify(app.address), name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes('working')) break;
  return child;
}

async function open(t: TestContext, one: Job, log: Log): Promise<Jobs> {
  const jobs = new Jobs(database, log, [one], false);
  t.after(() => jobs.stop(1));
  await jobs.start();
  return jobs;
}

const enqueueMany = (jobs: Jobs, type: JobType<{ number: number }>, numbers: number[]) =>
  wall.transaction(async (tx) => {
    for (const number of numbers) await jobs.enqueue(tx, type, { number });
  });

test('several processes share a queue: every job runs once, and when one ends the others go on', async (t) => {
  const type = new JobType<{ number: number }>('test.shared');
  const jobs = await open(
    t,
    job(type, async () => {}),
    silent,
  );
  const workers = await Promise.all([1, 2, 3].map(() => startWorker(t, type.name)));
  const numbers = Array.from({ length: 600 }, (_, index) => index);

  await enqueueMany(jobs, type, numbers.slice(0, 400));
  const [first] = workers as [ChildProcess];
  const ended = once(first, 'exit');
  first.kill('SIGTERM');
  const end = await ended;
  await enqueueMany(jobs, type, numbers.slice(400));
  const ran = await until('all jobs have run', async () => {
    const rows = await asOwner<{ number: number; pid: number }>(app.address, 'select * from ran');
    return rows.length >= numbers.length && rows;
  });

  assert.deepEqual(end, [0, null]);
  assert.deepEqual(
    ran.map(({ number }) => number).toSorted((a, b) => a - b),
    numbers,
  );
  const late = ran.filter(({ number }) => number >= 400);
  assert.ok(late.every(({ pid }) => pid !== first.pid));
});

test('the log names a job that failed, and says nothing of its data', async (t) => {
  const lines: string[] = [];
  const write = (fields: object, message: string) => {
    lines.push(JSON.stringify({ ...fields, message }));
  };
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
  const type = new JobType<{ patient: string }>('test.private', { retriesMax: 0 });
  const insert = async () =>
    void (await database.system.reading.rows(`select 'Ada Smith <ada@mail.example>'::int`));
  const jobs = await open(t, job(type, insert), log);
  await wall.transaction((tx) => jobs.enqueue(tx, type, { patient: 'Ada Smith' }));

  await jobs.work();
  await until('it has failed', () => lines.length > 0);

  const text = lines.join('\n');
  assert.match(text, /"job":"test\.private".*"code":"22P02"/);
  assert.doesNotMatch(text, /Ada|Smith|mail\.example/);
  const kept = await until('its failure is kept', async () => {
    const rows = await asOwner<{ output: object }>(
      app.address,
      `select output from pgboss.job where name = $1 and state = 'failed'`,
      [type.name],
    );
    return rows[0];
  });
  assert.deepEqual(kept.output, { failed: true });
});
