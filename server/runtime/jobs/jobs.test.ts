import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { migrateDatabase } from '../../main.ts';
import { silent } from '../../testing/cluster.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import type { Tx } from '../database/database.ts';
import { asOwner } from '../testing/owner.ts';
import { until } from '../testing/until.ts';
import { type Job, Jobs, JobType, job } from './jobs.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
await migrateDatabase(app.address, silent);
const { database } = app.server.platform;
const wall = database.of(await makeOrganization(app));
const workerProgram = fileURLToPath(new URL('../testing/worker.ts', import.meta.url));
const begun: Jobs[] = [];
after(() => Promise.all(begun.map((jobs) => jobs.stop(1))));

/** A queue of its own for a test, as one process would have it. */
async function open(jobs: readonly Job[], works = true): Promise<Jobs> {
  const queue = new Jobs(database, silent, jobs, works);
  begun.push(queue);
  await queue.start();
  if (works) await queue.work();
  return queue;
}

const countIn = async (name: string) => {
  const [row] = await asOwner<{ count: number }>(
    app.address,
    'select count(*)::int as count from pgboss.job where name = $1',
    [name],
  );
  return row?.count;
};

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a job', { concurrency: true }, () => {
  test('runs once, with its data, when the transaction that enqueued it commits', async () => {
    const ran: object[] = [];
    const type = new JobType('test.once');
    const queue = await open([job(type, async (data) => void ran.push(data))]);

    await wall.transaction((tx) => queue.enqueue(tx, type, { number: 1 }));
    await wall.transaction((tx) => queue.enqueue(tx, type, { number: 2 }));
    queue.nudge();
    await until('both ran', () => ran.length >= 2);

    assert.deepEqual(
      ran.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
      [{ number: 1 }, { number: 2 }],
    );
  });

  test('does not exist when that transaction rolls back', async () => {
    const type = new JobType('test.undone');
    const queue = await open([job(type, async () => {})], false);
    const undo = async (tx: Tx) => {
      await queue.enqueue(tx, type, {});
      throw new Error('no');
    };

    await assert.rejects(wall.transaction(undo), /no/);

    assert.equal(await countIn(type.name), 0);
  });

  test('that is for later waits until then', async () => {
    const ran: object[] = [];
    const type = new JobType('test.later');
    const queue = await open([job(type, async (data) => void ran.push(data))]);
    const startAfter = new Date(Date.now() + 3_600_000);

    await wall.transaction((tx) => queue.enqueue(tx, type, { when: 'later' }, { startAfter }));
    await wall.transaction((tx) => queue.enqueue(tx, type, { when: 'now' }));
    await until('the one ran', () => ran.length > 0);

    assert.deepEqual(ran, [{ when: 'now' }]);
  });

  test('that fails is tried again, later each time, and then becomes a dead letter', async () => {
    const times: number[] = [];
    const type = new JobType('test.failing', { retriesMax: 2 });
    const run = async () => {
      times.push(performance.now());
      throw new Error('private words');
    };
    const queue = await open([job(type, run)]);

    await wall.transaction((tx) => queue.enqueue(tx, type, { number: 7 }));
    const [letter] = await until('there is a dead letter', async () => {
      const letters = await asOwner<{ data: object; output: object | null }>(
        app.address,
        `select data, output from pgboss.job
         where name = 'dead_letters' and data ->> 'number' = '7'`,
      );
      return letters.length > 0 && letters;
    });

    assert.equal(times.length, 3);
    assert.ok(times[1]! - times[0]! >= 1_000);
    assert.deepEqual(letter?.data, { number: 7 });
    assert.doesNotMatch(JSON.stringify(letter), /private words/);
  });

  test('that fails does not hold up the others of its batch', async () => {
    const done: number[] = [];
    const type = new JobType('test.mixed', { retriesMax: 0 });
    const run = async (data: object) => {
      const { number } = data as { number: number };
      if (number % 2 === 0) throw new Error('even');
      done.push(number);
    };
    const queue = await open([job(type, run)], false);
    for (let number = 0; number < 20; number += 1) {
      await wall.transaction((tx) => queue.enqueue(tx, type, { number }));
    }

    await queue.work();
    await until('the odd ones are done', () => done.length >= 10);

    assert.deepEqual(
      done.toSorted((a, b) => a - b),
      [1, 3, 5, 7, 9, 11, 13, 15, 17, 19],
    );
  });

  test('of a worker that was killed runs in another process within 30 s', async () => {
    const type = new JobType('test.killed');
    const ran: object[] = [];
    const queue = await open([job(type, async (data) => void ran.push(data))], false);
    await wall.transaction((tx) => queue.enqueue(tx, type, { number: 1 }));
    const child = spawn(process.execPath, [workerProgram, JSON.stringify(app.address), type.name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const chunk of child.stdout) if (String(chunk).includes('running')) break;

    child.kill('SIGKILL');
    const killed = performance.now();
    await queue.work();
    await until('it ran again', () => ran.length > 0);

    assert.deepEqual(ran, [{ number: 1 }]);
    const seconds = (performance.now() - killed) / 1000;
    assert.ok(seconds < 30, `it took ${seconds} s`);
  });

  test('that takes longer than its heartbeat is not begun elsewhere', async () => {
    const type = new JobType('test.long');
    let begunTimes = 0;
    const finish = gate();
    const run = async () => {
      begunTimes += 1;
      await finish.opened;
    };
    const [one] = await Promise.all([open([job(type, run)]), open([job(type, run)])]);
    await wall.transaction((tx) => one.enqueue(tx, type, {}));
    await until('it has begun', () => begunTimes > 0);

    const begunAt = performance.now();
    await until('a heartbeat would be missing', () => performance.now() - begunAt > 17_000);
    finish.open();

    assert.equal(begunTimes, 1);
  });

  test('that is running is waited for by stop', async () => {
    const type = new JobType('test.stopping');
    const events: string[] = [];
    const begins = gate();
    const finish = gate();
    const run = async () => {
      begins.open();
      await finish.opened;
      events.push('done');
    };
    const queue = await open([job(type, run)]);
    await wall.transaction((tx) => queue.enqueue(tx, type, {}));
    await begins.opened;

    const stopped = queue.stop(30).then(() => events.push('stopped'));
    finish.open();
    await stopped;

    assert.deepEqual(events, ['done', 'stopped']);
    const [row] = await asOwner(app.address, 'select state from pgboss.job where name = $1', [
      type.name,
    ]);
    assert.equal(row?.state, 'completed');
  });
});

test('a schedule is kept once, however many processes there are', async () => {
  const type = new JobType('test.nightly', { cron: '5 4 * * *' });
  const nightly = job(type, async () => {});

  await Promise.all([open([nightly]), open([nightly]), open([nightly])]);

  const rows = await asOwner(
    app.address,
    'select name, cron, timezone from pgboss.schedule where name = $1',
    [type.name],
  );
  assert.deepEqual(rows, [{ name: type.name, cron: '5 4 * * *', timezone: 'UTC' }]);
});

test('the queue can be counted, and says nothing to the application but the ids', async () => {
  const type = new JobType('test.counted');
  const queue = await open([job(type, async () => {})], false);
  await wall.transaction((tx) => queue.enqueue(tx, type, { number: 1 }));

  const counts = await queue.counts();
  const peek = wall.reading.rows('select data from pgboss.job');

  assert.ok(counts.some((one) => one.name === type.name));
  await assert.rejects(peek, /permission denied/);
});
