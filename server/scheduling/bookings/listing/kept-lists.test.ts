import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { makePractice } from '../../../testing/makers.ts';
import { startServer } from '../../../testing/server.ts';
import { accepted } from '../../testing/answers.ts';
import {
  listOpen,
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  put,
  type Scene,
} from '../../testing/scene.ts';

const app = await startServer();
const other = await app.another({ HEDDLE_ROLES: 'web' });
const at = (time: string) => `2031-05-07T${time}:00-05:00`;
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

/** The same consumer at the other process. */
function elsewhere(scene: Scene): Scene {
  return { ...scene, client: scene.as(other.url) };
}

test('what another process creates, changes, books, cancels and deletes shows at once', async () => {
  const scene = await makeSchedule(app);
  const there = elsewhere(scene);
  const seen: number[] = [];
  const look = async () =>
    seen.push((await listOpen(scene)).length, (await listOpen(scene)).length);

  await look();
  const { id } = await makeBooking(there, at('09:00'));
  await look();
  accepted(await put(there, id, { status: 'booked' }));
  await look();
  accepted(await put(there, id, { status: 'open' }));
  await look();
  const { appointment_guid } = await makeAppointment(there, id);
  await look();
  accepted(await there.client.cancelAppointment({ params: { id: appointment_guid } }));
  await look();
  accepted(await there.client.deleteBooking({ params: { id } }));
  await look();

  assert.deepEqual(seen, [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0]);
});

test('an attribute that another process changes shows at once', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, at('09:00'));
  const lengths = async () => {
    const answer = await scene.client.listPracticeBookings({ params: { id: scene.practice.id } });
    return accepted(answer).map(({ length }) => length);
  };
  const before = await lengths();

  accepted(await put(elsewhere(scene), id, { length: 25 }));

  assert.deepEqual(before, [60]);
  assert.deepEqual(await lengths(), [25]);
});

test('a list that was kept loses an opening when it starts', async () => {
  const scene = await makeSchedule(app);
  const first = await makeBooking(scene, at('09:00'));
  const second = await makeBooking(scene, at('10:00'));
  const before = await listOpen(scene);
  app.clock.set('2031-05-07T14:00:00.000Z');
  const between = await listOpen(scene);

  app.clock.set('2031-05-07T15:00:00.000Z');

  assert.deepEqual(before, [first.id, second.id]);
  assert.deepEqual(between, [second.id]);
  assert.deepEqual(await listOpen(scene), []);
});

test('a list that was kept gains an opening when a hold over it ends', async () => {
  const scene = await makeSchedule(app);
  const held = await makeBooking(scene, at('09:00'));
  const overlapping = await makeBooking(scene, at('09:30'));
  await put(scene, held.id, { status: 'pending' });
  const during = await listOpen(scene);

  app.clock.advance({ minutes: 15 });

  assert.deepEqual(during, []);
  assert.deepEqual(await listOpen(scene), [held.id, overlapping.id]);
});

test('holds that end one after the other come back one after the other', async () => {
  const scene = await makeSchedule(app);
  const first = await makeBooking(scene, at('09:00'));
  const second = await makeBooking(scene, at('11:00'));
  await put(scene, first.id, { status: 'pending' });
  app.clock.advance({ minutes: 5 });
  await put(scene, second.id, { status: 'pending' });
  const lists = [await listOpen(scene)];

  app.clock.advance({ minutes: 10 });
  lists.push(await listOpen(scene));
  app.clock.advance({ minutes: 5 });
  lists.push(await listOpen(scene));

  assert.deepEqual(lists, [[], [first.id], [first.id, second.id]]);
});

test('lists of different filters and places are kept apart', async () => {
  const timezone = 'America/Chicago';
  const locations = ['Main', 'Annex'].map((name) => ({ name, timezone }));
  const scene = await makeSchedule(app, { locations });
  const { client, practice, location, annex } = scene;
  const open = await makeBooking(scene, at('09:00'));
  const booked = await makeBooking(scene, at('11:00'), {
    status: 'booked',
    location_id: annex.id,
  });
  const look = async () => {
    const practiceLists = [['open'], ['booked'], ['open', 'booked'], ['booked', 'open']] as const;
    const answers = [];
    for (const status of practiceLists) {
      const query = { status: [...status] };
      answers.push(await client.listPracticeBookings({ params: { id: practice.id }, query }));
    }
    const query = { status: ['open' as const, 'booked' as const] };
    answers.push(await client.listLocationBookings({ params: { id: location.id }, query }));
    answers.push(await client.listLocationBookings({ params: { id: annex.id }, query }));
    return answers.map((answer) => accepted(answer).map(({ id }) => id));
  };

  const once = await look();
  const again = await look();

  const both = [open.id, booked.id];
  assert.deepEqual(once, [[open.id], [booked.id], both, both, [open.id], [booked.id]]);
  assert.deepEqual(again, once);
});

test('a list that one consumer may see is not shown to one that may not', async () => {
  const scene = await makeSchedule(app);
  const far = await makePractice(app, scene.organization);
  const stranger = await makeConsumer(app, scene.organization, { practices: [far.id] });
  await makeBooking(scene, at('09:00'));
  await listOpen(scene);

  const answer = await stranger.client.listPracticeBookings({ params: { id: scene.practice.id } });

  assert.equal(answer.status, 404);
});

test('a booking that moves to another practice leaves the list of the first', async () => {
  const scene = await makeSchedule(app);
  const far = await makePractice(app, scene.organization);
  const { id } = await makeBooking(scene, at('09:00'));
  const there = { ...scene, practice: far };
  const before = [await listOpen(scene), await listOpen(there)];
  const [location] = far.locations;
  const [doctor] = far.doctors;

  const moved = await put(elsewhere(scene), id, {
    location_id: location?.id as string,
    doctor_id: doctor?.id as string,
  });

  accepted(moved);
  assert.deepEqual(before, [[id], []]);
  assert.deepEqual([await listOpen(scene), await listOpen(there)], [[], [id]]);
});

test('a list that is read while others write is never older than what it answers after', async () => {
  const scene = await makeSchedule(app);
  const there = elsewhere(scene);
  const made = new Set<string>();
  let isWriting = true;
  const writing = (async () => {
    for (let minute = 10; minute < 50; minute += 1) {
      made.add((await makeBooking(there, at(`09:${minute}`))).id);
    }
    isWriting = false;
  })();

  while (isWriting) {
    const before = [...made];
    const shown = new Set(await listOpen(scene));
    assert.deepEqual(
      before.filter((id) => !shown.has(id)),
      [],
    );
  }

  await writing;
  assert.equal((await listOpen(scene)).length, 40);
});
