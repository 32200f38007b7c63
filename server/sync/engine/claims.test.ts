import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Log } from '../../runtime/log.ts';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { runnersOf } from '../testing/runners.ts';
import { bodyOf, connect, makeSync, makeSyncScene } from '../testing/scene.ts';
import { Alone } from './alone.ts';
import { Engine } from './engine.ts';
import { claimRun } from './store.ts';
import { tick } from './ticks.ts';

const told: string[] = [];
const tell = (_fields: object, message: string) => void told.push(message);
const log: Log = { debug: tell, info: tell, warn: tell, error: tell, child: () => log };

// Nobody does runs here but who is told to.
const app = await startServer({ HEDDLE_ROLES: 'web' }, log);
const { platform } = app.server;
const database = await makeDatabase();
const owner = await asOwner(app.address);
after(() => Promise.all([database.end(), owner.end()]));
const scene = await makeSyncScene(app);
const table = await connect(scene, database);
await database.admin.query('create table one (id int primary key); insert into one values (1)');
let made = 0;

async function begin(schedule = 'manual') {
  made += 1;
  const ends = { from: table, to: table, object: 'one', table: `copy${made}` };
  const sync = await makeSync(scene, ends, { schedule });
  const { id } = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
  return { organization_id: scene.organization, sync_id: sync, id };
}

type Run = Awaited<ReturnType<typeof begin>>;
const shown = async ({ sync_id, id }: Run) =>
  bodyOf(await scene.client.getRun({ params: { sync: sync_id, run: id } }));
const isCompleted = async (run: Run) => (await shown(run)).status === 'completed';

async function untilWaiting(relation: string): Promise<number> {
  return until(`somebody waits for ${relation}`, async () => {
    const [waiting] = await owner.rows<{ pid: number }>(
      'select pid from pg_locks where not granted and relation = $1::regclass',
      [relation],
    );
    return waiting?.pid;
  });
}

test('a process that cannot be started, or is frozen when its runs are taken, is followed by another', async () => {
  const engine = new Engine(platform);
  const { execPath } = process;
  process.execPath = '/nowhere/node';
  const first = await begin();
  engine.start();
  await until('it cannot be started', async () => told.includes('no runs can be done'));
  process.execPath = execPath;
  await until('it is done', () => isCompleted(first));

  await database.admin.query('begin; lock table one');
  const second = await begin();
  await until('it waits for the table', async () => {
    const waiting = `select from pg_locks where not granted and relation = 'one'::regclass`;
    return (await database.admin.query(waiting)).rowCount === 1;
  });
  const [frozen] = runnersOf(process.pid);
  process.kill(frozen as number, 'SIGSTOP');
  // So another server gives it to others.
  await owner.rows(
    `update sync.run set status = 'queued', lease_until = null, retry_at = now() + interval '1 year'
     where id = $1`,
    [second.id],
  );
  for (let turn = 0; turn < 3; turn += 1) await engine.turn();
  app.clock.advance({ minutes: 2 });
  await until('it is gone', async () => !runnersOf(process.pid).includes(frozen as number));
  await owner.rows('update sync.run set retry_at = null where id = $1', [second.id]);
  await database.admin.query('commit');

  await until('it is done', () => isCompleted(second));
  await engine.stop();
});

test('a run whose start our own database is too busy for begins a little later', async () => {
  const alone = new Alone(platform);
  const run = await begin();
  await owner.rows('begin; lock table sync.connection');
  const doing = alone.do(run);
  const pid = await untilWaiting('sync.connection');
  await owner.rows('select pg_cancel_backend($1)', [pid]);
  await until('it is said', async () => (await shown(run)).error !== null);
  const waiting = await shown(run);
  await owner.rows('commit');
  app.clock.advance({ minutes: 2 });
  await doing;
  await alone.close();

  assert.equal(waiting.status, 'queued');
  assert.equal((await shown(run)).status, 'completed');
});

test('a run that is given back while it is being looked up does not begin', async () => {
  const alone = new Alone(platform);
  const controller = new AbortController();
  const run = await begin();
  await owner.rows('begin; lock table sync.connection');
  const doing = alone.do(run, controller.signal);
  await untilWaiting('sync.connection');

  controller.abort();
  await owner.rows('commit');
  await doing;
  await alone.close();

  const { status, records_written } = await shown(run);
  assert.deepEqual([status, records_written], ['queued', 0]);
  bodyOf(await scene.client.cancelRun({ params: { sync: run.sync_id, run: run.id } }));
});

test('two workers that look at once take no more runs of an organization than are allowed', async () => {
  const runs = [await begin(), await begin()];
  const limits = { now: app.clock.now(), perOrganization: 1 };
  let second: Promise<unknown> | undefined;

  const first = await platform.database.system.transaction(async (tx) => {
    const claim = await claimRun(tx, limits);
    let isOver = false;
    second = platform.database.system
      .transaction((other) => claimRun(other, limits))
      .finally(() => {
        isOver = true;
      });
    await until('the other one waits, or has one', async () => {
      const waiting = `select from pg_locks where not granted and locktype = 'advisory'`;
      return isOver || (await owner.rows(waiting)).length > 0;
    });
    return claim;
  });

  assert.ok(runs.some(({ id }) => id === first?.runId));
  assert.equal(await second, undefined);
  for (const { sync_id: sync, id: run } of runs)
    await scene.client.cancelRun({ params: { sync, run } });
});

test('a schedule that is not understood any more holds up no other one', async () => {
  const [odd, good] = [await begin('hourly'), await begin('hourly')];
  for (const { sync_id: sync, id: run } of [odd, good]) {
    bodyOf(await scene.client.cancelRun({ params: { sync, run } }));
  }
  await owner.rows(`update sync.sync set timezone = 'Nowhere/Land' where id = $1`, [odd.sync_id]);
  app.clock.advance({ hours: 2 });

  await tick(platform);
  await tick(platform);

  const times = await Promise.all(
    [odd, good].map(async ({ sync_id: sync }) => {
      const { next_run_at } = bodyOf(await scene.client.getSync({ params: { sync } }));
      const [last] = bodyOf(await scene.client.listRuns({ params: { sync } }));
      return [next_run_at !== null, last?.trigger];
    }),
  );
  assert.deepEqual(times, [
    [false, 'schedule'],
    [true, 'schedule'],
  ]);
  assert.equal(told.filter((one) => one === 'a schedule is not understood any more').length, 1);
});
