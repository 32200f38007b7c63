import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { startServer } from '../../../testing/server.ts';
import { act, Crowd } from '../../testing/crowd.ts';
import {
  selectDisagreements,
  selectDoubleAppointments,
  selectDoublePromises,
  selectSilentDeletions,
} from '../../testing/promises.ts';
import { makeSchedule } from '../../testing/scene.ts';
import { extendAllSeries } from '../../testing/series.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const other = await app.another();
app.clock.set('2031-05-06T12:00:00Z');
const days = ['2031-05-07', '2031-05-08', '2031-05-09'];
const doctors = ['Dr. Ada Alpha', 'Dr. Ben Beta', 'Dr. Cy Gamma'];
const atOnce = 40;

// The same with thousands of acts: `npm run soak -- crowd`.
test('whatever forty do at once, nobody meets a 5xx, and no doctor is promised twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 120, maxLength: 120 }), async (acts) => {
      const scene = await makeSchedule(app, { doctors });
      const crowd = new Crowd(scene, days, [app.url, other.url]);
      await crowd.settle();

      await crowd.run(acts, atOnce);

      assert.deepEqual(crowd.failures(), [], JSON.stringify(crowd.outcomes));
      assert.deepEqual(await selectDoublePromises(scene), []);
      assert.deepEqual(await selectDoubleAppointments(scene), []);
      await extendAllSeries(scene);
      assert.deepEqual(await selectDisagreements(scene), []);
      assert.deepEqual(await selectSilentDeletions(scene), []);
    }),
    { numRuns: 2, endOnFailure: true },
  );
});
