import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePractice } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { setTime } from '../../testing/time.ts';
import { accepted, refusedField } from '../testing/answers.ts';
import { bookWithin } from '../testing/burst.ts';
import { makeAppointment, makeBooking, makeSchedule, put, type Scene } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const other = await app.another();
const { database } = app.server.platform;
let hours = 0;

/** The next free hour of the doctor, days ahead. */
function nextHour(): string {
  hours += 1;
  return new Date(Date.now() + 172_800_000 + hours * 3_600_000).toISOString();
}

async function book(scene: Scene) {
  const { id } = await makeBooking(scene, nextHour());
  return makeAppointment(scene, id);
}

type Query = { since?: string; updated_since?: string; cursor?: string; limit?: number };

/** What a poll of the appointments answers, and the cursor to go on from. */
async function poll({ client, practice }: Pick<Scene, 'client' | 'practice'>, query: Query = {}) {
  const answer = await client.listAppointments({ params: { id: practice.id }, query });
  const rows = accepted(answer);
  const cursor = answer.headers.get('x-next-cursor') as string;
  return { rows, ids: rows.map(({ id }) => id), cursor };
}

test('a cursor answers exactly what came since, however often and late it is asked', async () => {
  const scene = await makeSchedule(app);
  const first = await book(scene);
  const whole = await poll(scene);
  const nothing = await poll(scene, { cursor: whole.cursor });
  const second = await book(scene);
  const third = await book(scene);

  const more = await poll(scene, { cursor: nothing.cursor });
  const again = await poll(scene, { cursor: nothing.cursor });
  const end = await poll(scene, { cursor: more.cursor });

  assert.deepEqual(whole.ids, [first.appointment_id]);
  assert.deepEqual(nothing.ids, []);
  assert.deepEqual(more.ids, [second.appointment_id, third.appointment_id]);
  assert.deepEqual(again.ids, more.ids);
  assert.deepEqual(end.ids, []);
});

test('a practice without anything has a cursor, too', async () => {
  const scene = await makeSchedule(app);
  const empty = await poll(scene);
  const { appointment_id } = await book(scene);

  const more = await poll(scene, { cursor: empty.cursor });

  assert.deepEqual([empty.ids, more.ids], [[], [appointment_id]]);
});

test('a page has the cursor of its end, the last page that of what comes later', async () => {
  const scene = await makeSchedule(app);
  const made = [await book(scene), await book(scene), await book(scene)];

  const first = await poll(scene, { limit: 2 });
  const second = await poll(scene, { limit: 2, cursor: first.cursor });
  made.push(await book(scene));
  const third = await poll(scene, { limit: 2, cursor: second.cursor });

  const ids = made.map((one) => one.appointment_id);
  assert.deepEqual([first.ids, second.ids, third.ids], [ids.slice(0, 2), [ids[2]], [ids[3]]]);
});

test('a since that lies ahead stays where it is', async () => {
  const scene = await makeSchedule(app);
  await book(scene);
  const ahead = new Date(Date.now() + 3_600_000).toISOString();
  const { cursor } = await poll(scene, { since: ahead });
  await book(scene);

  const later = await poll(scene, { cursor });

  assert.deepEqual(later.ids, []);
});

test('updated_since shows what is new and what was cancelled, as it is, in the order of that', async () => {
  const scene = await makeSchedule(app);
  const [first, second] = [await book(scene), await book(scene)];
  const before = await poll(scene, { updated_since: '2000-01-01' });
  accepted(await scene.client.cancelAppointment({ params: { id: first.appointment_guid } }));
  const third = await book(scene);

  const newest = before.rows.at(-1)?.updated_at as string;
  const sinceNewest = await poll(scene, { updated_since: newest });
  const since = await poll(scene, { cursor: before.cursor });

  const shown = since.rows.map(({ id, status }) => [id, status]);
  assert.deepEqual(before.ids, [first.appointment_id, second.appointment_id]);
  assert.deepEqual(shown, [
    [first.appointment_id, 'cancelled'],
    [third.appointment_id, 'scheduled'],
  ]);
  assert.deepEqual(sinceNewest.ids, [second.appointment_id, ...since.ids]);
});

test('what does not go together is refused, and the field is named', async () => {
  const scene = await makeSchedule(app);
  const params = { id: scene.practice.id };
  const [since, updated_since] = ['2026-01-01', '2026-01-01'];
  const created = (await poll(scene)).cursor;
  const updated = (await poll(scene, { updated_since })).cursor;
  const list = (query: Query) => scene.client.listAppointments({ params, query });

  const answers = [
    await list({ since, updated_since }),
    await list({ since, cursor: updated }),
    await list({ updated_since, cursor: created }),
    await list({ updated_since: 'yesterday' }),
  ];

  const fields = ['updated_since', 'cursor', 'cursor', 'updated_since'];
  assert.deepEqual(answers.map(refusedField), fields);
});

test('who was told of a booking finds it at once, at another process too', async () => {
  const scene = await makeSchedule(app);
  const there = { ...scene, client: scene.as(other.url) };
  let { cursor } = await poll(there);

  for (let round = 0; round < 30; round += 1) {
    const { appointment_id } = await book(scene);
    const found = await poll(there, { cursor });
    cursor = found.cursor;

    assert.deepEqual(found.ids, [appointment_id]);
  }
});

test('an answer ends before what is stamped and not committed, and goes on after it', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nextHour());
  // On another day: whoever claims time of a doctor waits for others of that day.
  hours += 48;
  let between: Awaited<ReturnType<typeof poll>> | undefined;

  const [stamped, committed] = await database.of(scene.organization).transaction(async (tx) => {
    const first = await bookWithin(scene, tx, id);
    const second = await book(scene);
    between = await poll(scene);
    return [first, second];
  });
  const after = await poll(scene, { cursor: between?.cursor as string });

  assert.deepEqual(between?.ids, []);
  assert.deepEqual(after.ids, [stamped?.appointment_id, committed?.appointment_id]);
});

test('a clock that goes back puts nothing behind what was answered', async () => {
  const scene = await makeSchedule(app);
  await setTime(app, new Date(Date.now() + 600_000));
  const first = await book(scene);
  const before = await poll(scene);
  await setTime(app, new Date(Date.now() - 600_000));
  const second = await book(scene);
  const third = await book(scene);

  const more = await poll(scene, { cursor: before.cursor });
  const newest = await poll(scene, { since: before.rows[0]?.created_at as string });

  await setTime(app, new Date());
  const ids = [first, second, third].map((one) => one.appointment_id);
  assert.deepEqual(more.ids, ids.slice(1));
  assert.deepEqual(newest.ids, ids);
});

test('what is moved here from another practice comes to who polls here', async () => {
  const scene = await makeSchedule(app);
  const far = await makePractice(app, scene.organization);
  const there = { ...scene, practice: far };
  const { id } = await makeBooking(scene, nextHour());
  const { appointment_id } = await makeAppointment(scene, id);
  const { cursor } = await poll(there);
  const place = { location_id: far.locations[0]?.id, doctor_id: far.doctors[0]?.id };
  accepted(await put(scene, id, place as { location_id: string; doctor_id: string }));

  const moved = await poll(there, { cursor });
  const patients = await scene.client.listPatients({ params: { id: far.id }, query: { cursor } });

  assert.deepEqual(moved.ids, [appointment_id]);
  assert.equal(accepted(patients).length, 1);
  assert.deepEqual((await poll(scene)).ids, []);
});
