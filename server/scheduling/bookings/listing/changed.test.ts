import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Static } from 'typebox';
import type { BookingChange } from '../../../../contract/scheduling/bookings.ts';
import { startServer } from '../../../testing/server.ts';
import { changeLocation } from '../../operator/practices.ts';
import { accepted } from '../../testing/answers.ts';
import { makeBooking, makeSchedule, put, type Scene } from '../../testing/scene.ts';

const app = await startServer();
const at = (time: string) => `2031-05-07T${time}:00-05:00`;
const timezone = 'America/Chicago';
const locations = ['Main', 'Annex'].map((name) => ({ name, timezone }));
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

async function listAll({ client, practice }: Scene) {
  const query = { status: ['open' as const, 'pending' as const, 'booked' as const] };
  return accepted(await client.listPracticeBookings({ params: { id: practice.id }, query }));
}

async function readOne({ client }: Scene, id: string) {
  return accepted(await client.getBooking({ params: { id } }));
}

type Change = (scene: Scene, id: string) => Promise<unknown>;
type Body = Static<typeof BookingChange>;

const putting =
  (body: Body | ((scene: Scene) => Body)): Change =>
  (scene, id) =>
    put(scene, id, typeof body === 'function' ? body(scene) : body).then(accepted);

const changes: Record<string, Change> = {
  location: putting(({ annex }) => ({ location_id: annex.id })),
  doctor: putting(({ second }) => ({ doctor_id: second.id })),
  booked: putting({ status: 'booked' }),
  held: putting({ status: 'pending' }),
  start: putting({ start_datetime: at('09:01') }),
  length: putting({ length: 25 }),
  weekly: putting({ recurring: true }),
  'nothing but when it was changed': putting({ status: 'open' }),
  'a hold that has ended': async (scene, id) => {
    await put(scene, id, { status: 'pending' });
    await listAll(scene);
    app.clock.advance({ minutes: 15 });
  },
  'the time zone of its location': ({ location }) =>
    changeLocation(app.server.platform, location.id, { timezone: 'America/Denver' }, true),
};

describe('a list that is read again shows what became of a booking:', () => {
  for (const [what, change] of Object.entries(changes)) {
    test(what, async () => {
      const scene = await makeSchedule(app, { locations });
      const { id } = await makeBooking(scene, at('09:00'));
      const other = await makeBooking(scene, at('14:00'), { doctor_id: scene.second.id });
      // Kept at the first, and told apart by version at the second.
      const before = [await listAll(scene)];
      await makeBooking(scene, at('15:00'), { doctor_id: scene.second.id });
      before.push(await listAll(scene));
      app.clock.advance({ seconds: 1 });

      await change(scene, id);

      const after = await listAll(scene);
      const was = before.map((list) => list.find((one) => one.id === id));
      const is = after.find((one) => one.id === id);
      assert.deepEqual(was[0], was[1]);
      assert.deepEqual(is, await readOne(scene, id));
      if (what !== 'a hold that has ended') assert.notDeepEqual(is, was[1]);
      const untouched = after.find((one) => one.id === other.id);
      assert.deepEqual(untouched, await readOne(scene, other.id));
    });
  }
});
