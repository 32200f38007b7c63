import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { readId } from '../../runtime/ids.ts';
import { holdTable } from '../../runtime/testing/hold.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import {
  bookingBody,
  makeBooking,
  makeSchedule,
  patientBody,
  put,
  type Scene,
} from '../testing/scene.ts';
import { extendAllSeries } from '../testing/series.ts';
import { removePlace } from './practices.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { platform } = app.server;
const nine = '2031-05-07T09:00:00-05:00';
const two = [
  { name: 'Springfield', timezone: 'America/Chicago' },
  { name: 'Annex', timezone: 'America/Chicago' },
];
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

type Write = () => Promise<{ status: number } | undefined>;

/** What a practice or a patient may be about to do when the place goes; prepared before it does. */
const writers: Record<string, (scene: Scene) => Promise<Write>> = {
  'a patient who books': async (scene) => {
    const { id } = await makeBooking(scene, nine);
    return () => scene.client.createPatient({ body: patientBody(id) });
  },
  'a booking that is made': async (scene) => () =>
    scene.client.createBooking({ body: bookingBody(scene, nine, { status: 'booked' }) }),
  'a series that is made': async (scene) => () =>
    scene.client.createBooking({ body: bookingBody(scene, nine, { recurring: true }) }),
  'a booking that is moved there': async (scene) => {
    const { id } = await makeBooking(
      { ...scene, doctor: scene.second, location: scene.annex },
      nine,
    );
    return () => put(scene, id, { doctor_id: scene.doctor.id, location_id: scene.location.id });
  },
  'a time that is opened again': async (scene) => {
    const { id } = await makeBooking(scene, nine, { status: 'booked' });
    return () => put(scene, id, { status: 'open' });
  },
  'a series that goes on': async (scene) => {
    await makeBooking(scene, nine, { recurring: true });
    app.clock.set('2031-05-15T12:00:00Z');
    return async () => void (await extendAllSeries(scene));
  },
};

async function untilBlocked(count: number): Promise<void> {
  await until(`${count} wait`, async () => {
    const waiting = await asOwner(
      app.address,
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return waiting.length >= count;
  });
}

/** Each comes as far as what it writes down; the second begins when the first is there. */
async function race(first: () => Promise<unknown>, second: () => Promise<unknown>) {
  const held = await holdTable(platform.database, 'platform.audit, platform.event');
  const one = first();
  await untilBlocked(1);
  const other = second();
  await untilBlocked(2);
  await held.release();
  return Promise.allSettled([one, other]);
}

/** What the removed place still offers, or owes to patients. */
async function leftAt(place: 'doctor' | 'location', scene: Scene) {
  return asOwner(
    app.address,
    `select b.id, b.status from scheduling.booking b
     join scheduling.${place} p on p.organization_id = b.organization_id and p.id = b.${place}_id
     where p.id = $1 and p.removed_at is not null and b.ends_at > $2 and (b.status in ('open', 'pending') or exists (
       select from scheduling.appointment a
       where a.organization_id = b.organization_id and a.booking_id = b.id))`,
    [readId(place, scene[place].id), app.clock.now()],
  );
}

for (const place of ['doctor', 'location'] as const) {
  describe(`when a ${place} is removed at the same moment, one of the two sees the other:`, () => {
    for (const [what, prepare] of Object.entries(writers)) {
      test(what, async () => {
        const scene = await makeSchedule(app, { locations: two });
        const write = await prepare(scene);
        const remove = () => removePlace(platform, place, scene[place].id, true);

        await race(write, remove);

        assert.deepEqual(await leftAt(place, scene), []);
      });

      test(`${what}, a moment later`, async () => {
        const scene = await makeSchedule(app, { locations: two });
        const write = await prepare(scene);
        const remove = () => removePlace(platform, place, scene[place].id, true);

        const [removed, written] = await race(remove, write);

        assert.equal(removed?.status, 'fulfilled');
        const answer = written?.status === 'fulfilled' ? written.value : written?.reason;
        const { status = 400 } = (answer ?? {}) as { status?: number };
        assert.equal(status, 400, JSON.stringify(answer));
        assert.deepEqual(await leftAt(place, scene), []);
      });
    }
  });
}
