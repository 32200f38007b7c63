import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createLog, readConfig, Server } from '../../server/main.ts';
import { act, Crowd } from '../../server/scheduling/testing/crowd.ts';
import {
  selectDisagreements,
  selectDoubleAppointments,
  selectDoublePromises,
  selectSilentDeletions,
} from '../../server/scheduling/testing/promises.ts';
import { makeSchedule, type Scene } from '../../server/scheduling/testing/scene.ts';
import { extendAllSeries } from '../../server/scheduling/testing/series.ts';
import { TestClock } from '../../server/testing/clock.ts';
import { type Installation, withInstallation } from '../installation.ts';
import type { Soak } from './run.ts';

const rounds = 10;
const actsEach = 2_000;
const atOnce = 40;
const doctors = ['Dr. Ada Alpha', 'Dr. Ben Beta', 'Dr. Cy Gamma'];

/** Forty who move, book, cancel, delete and change series of three doctors on three days, at once. */
export const soak: Soak = () =>
  withInstallation(async (at) => {
    const clock = new TestClock();
    const servers = [await startServer(at, clock), await startServer(at, clock)] as const;
    const urls = servers.map(({ url }) => url);
    const another = () => Promise.reject(new Error('there are two'));
    const { address, dataDirectory } = at;
    const app = { ...servers[0], address, dataDirectory, clock, another };
    const seed = Date.now();
    const outcomes = new Map<string, number>();
    try {
      for (let round = 0; round < rounds; round += 1) {
        const crowd = new Crowd(await makeSchedule(app, { doctors }), daysAfter(clock), urls);
        await runRound(crowd, seed + round);
        for (const [outcome, count] of Object.entries(crowd.outcomes)) {
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
        }
      }
      assert.equal(await countDeadlocks(app.server), 0);
      const acts = `${rounds * actsEach} acts, ${atOnce} at once, at two processes`;
      return [
        `${acts}: no 5xx, no deadlock, no overlap (seed ${seed})`,
        [...outcomes]
          .sort()
          .map(([outcome, count]) => `${outcome}: ${count}`)
          .join(', '),
      ];
    } finally {
      for (const { server } of servers) await server.stop();
    }
  });

async function runRound(crowd: Crowd, seed: number): Promise<void> {
  const some = fc.array(act, { minLength: actsEach, maxLength: actsEach });
  const [acts = []] = fc.sample(some, { seed, numRuns: 1 });
  await crowd.settle();
  await crowd.run(acts, atOnce);
  assert.deepEqual(crowd.failures(), [], JSON.stringify(crowd.outcomes));
  await expectPeace(crowd.scene);
}

async function expectPeace(scene: Scene): Promise<void> {
  assert.deepEqual(await selectDoublePromises(scene), []);
  assert.deepEqual(await selectDoubleAppointments(scene), []);
  await extendAllSeries(scene);
  assert.deepEqual(await selectDisagreements(scene), []);
  assert.deepEqual(await selectSilentDeletions(scene), []);
}

async function startServer({ dataDirectory, address }: Installation, clock: TestClock) {
  const settings = { HEDDLE_DATA: dataDirectory, HEDDLE_PORT: '0', HEDDLE_ROLES: 'web' };
  const server = new Server(readConfig(settings), address, createLog('error'), clock);
  await server.start();
  return { server, url: `http://127.0.0.1:${await server.listen()}` };
}

function daysAfter(clock: TestClock): string[] {
  const today = clock.now().toTemporalInstant().toZonedDateTimeISO('UTC').toPlainDate();
  return [2, 3, 4].map((days) => today.add({ days }).toString());
}

async function countDeadlocks({ platform }: Server): Promise<number> {
  const [row] = await platform.database.system.reading.rows<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return row?.deadlocks ?? -1;
}
