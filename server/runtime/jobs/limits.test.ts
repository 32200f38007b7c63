import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { silent } from '../../testing/cluster.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { asOwner } from '../testing/owner.ts';
import { until } from '../testing/until.ts';
import { type Job, Jobs, JobType, job } from './jobs.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;
const organization = await makeOrganization(app);
const begun: Jobs[] = [];
after(() => Promise.all(begun.map((jobs) => jobs.stop(1))));

type Call = { organization: number; slow: boolean };

async function open(one: Job): Promise<Jobs> {
  const jobs = new Jobs(database, silent, [one], true);
  begun.push(jobs);
  await jobs.start();
  return jobs;
}

async function enqueue(jobs: Jobs, type: JobType<Call>, calls: readonly Call[]) {
  await database.system.transaction(async (tx) => {
    for (const call of calls) await jobs.enqueue(tx, type, call);
  });
}

/** Jobs of which the slow ones end when they are told to. */
function calling() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const counts = { quick: 0, slow: 0, slowMax: 0 };
  const run = async ({ slow }: Call) => {
    if (!slow) {
      counts.quick += 1;
      return;
    }
    counts.slow += 1;
    counts.slowMax = Math.max(counts.slowMax, counts.slow);
    await released;
    counts.slow -= 1;
  };
  return { run, release, counts };
}

const times = <T>(count: number, value: T): T[] => Array(count).fill(value);

describe('of jobs that take long', { concurrency: true }, () => {
  test('one holds back none of those that come after it', async () => {
    const { run, release, counts } = calling();
    const type = new JobType<Call>('test.behind', { atOnce: 2 });
    const jobs = await open(job(type, run));
    const [slow, quick] = [true, false].map((slow) => ({ organization, slow }));
    await enqueue(jobs, type, [slow!, ...times(20, quick!)]);

    await jobs.work();
    await until('the quick ones are done', () => counts.quick === 20);
    const still = counts.slow;
    release();

    assert.equal(still, 1);
  });

  test('fifty of one organization hold back nobody else', async () => {
    const { run, release, counts } = calling();
    const terms = { atOnce: 10, atOncePerOrganization: 3 };
    const type = new JobType<Call>('test.apart', terms);
    const jobs = await open(job(type, run));
    await enqueue(jobs, type, times(50, { organization, slow: true }));
    await enqueue(jobs, type, times(20, { organization: organization + 1, slow: false }));

    await jobs.work();
    await until('the quick ones are done', () => counts.quick === 20);
    const still = counts.slow;
    release();
    await until('all are done', async () => (await countIn(type.name)) === 0);

    assert.ok(still > 0 && still <= 3, String(still));
    assert.ok(counts.slowMax <= 3, String(counts.slowMax));
  });

  test('no more run in a process than may at once', async () => {
    const { run, release, counts } = calling();
    const type = new JobType<Call>('test.narrow', { atOnce: 3 });
    const jobs = await open(job(type, run));
    await enqueue(jobs, type, times(8, { organization, slow: true }));

    await jobs.work();
    await until('it is full', () => counts.slow === 3);
    release();
    await until('all are done', async () => (await countIn(type.name)) === 0);

    assert.equal(counts.slowMax, 3);
  });
});

test('a job whose time is up hears of it, has failed, and makes room', async () => {
  const reasons: string[] = [];
  const type = new JobType<Call>('test.endless', { seconds: 1, retriesMax: 0 });
  const jobs = await open(
    job(type, async (_, signal) => {
      signal.addEventListener('abort', () => reasons.push(String(signal.reason)));
      await new Promise(() => undefined);
    }),
  );
  await enqueue(jobs, type, [{ organization, slow: true }]);

  await jobs.work();
  await until('it has failed', async () => (await countIn(type.name)) === 0);

  assert.deepEqual(reasons, ['Error: its time is up']);
});

test('what is still running when a process must end hears of it', async () => {
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  const { promise: begins, resolve: begin } = Promise.withResolvers<void>();
  const type = new JobType<Call>('test.abandoned');
  const jobs = await open(
    job(type, async (_, signal) => {
      signal.addEventListener('abort', () => resolve());
      begin();
      await new Promise(() => undefined);
    }),
  );
  await enqueue(jobs, type, [{ organization, slow: true }]);
  await jobs.work();
  await begins;

  await jobs.stop(0);
  await heard;

  assert.equal(await countIn(type.name), 1);
});

test('a job of no type, or with other data, does not compile', async () => {
  const type = new JobType<Call>('test.typed');
  const wrong = (jobs: Jobs) =>
    database.system.transaction(async (tx) => {
      // @ts-expect-error: a name is no type.
      await jobs.enqueue(tx, 'test.typed', { organization, slow: true });
      // @ts-expect-error: it does not say whether it is slow.
      await jobs.enqueue(tx, type, { organization });
    });

  assert.equal(typeof wrong, 'function');
});

/** Those that are waiting or running. */
async function countIn(name: string): Promise<number> {
  const [row] = await asOwner<{ count: number }>(
    app.address,
    `select count(*)::int as count from pgboss.job where name = $1 and state < 'completed'`,
    [name],
  );
  return row?.count ?? 0;
}
