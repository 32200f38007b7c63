import { compareReads, fillYears } from '../../server/scheduling/testing/history.ts';
import { makeSchedule } from '../../server/scheduling/testing/scene.ts';
import { openServer } from '../../server/testing/server.ts';
import type { Soak } from './run.ts';

const years = { promisesEach: 20_000, openings: 500 };
const doctors = Array.from({ length: 50 }, (_, at) => `Doctor ${at + 1}`);

/** What is shorter than this is all noise. */
const noiseMilliseconds = 5;

/** A million bookings: behind the wall reads take at most twice as long as for the owner. */
export const soak: Soak = async () => {
  const app = await openServer({ HEDDLE_ROLES: 'web' });
  try {
    const scene = await makeSchedule(app, { doctors });
    await fillYears(scene, years);
    const compared = await compareReads(scene);
    const slow = compared.filter(
      ({ ownerMilliseconds, walledMilliseconds }) =>
        walledMilliseconds > Math.max(2 * ownerMilliseconds, noiseMilliseconds),
    );
    if (slow.length > 0) throw new Error(JSON.stringify(slow));
    return compared.map(
      ({ name, ownerMilliseconds, walledMilliseconds }) =>
        `${name}: owner ${ownerMilliseconds.toFixed(1)} ms, walled ${walledMilliseconds.toFixed(1)} ms`,
    );
  } finally {
    await app.stop();
  }
};
