import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { accepted, refused } from '../../testing/answers.ts';
import {
  listOpen,
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  put,
  type Scene,
} from '../../testing/scene.ts';
import { send } from '../../testing/wire.ts';

const app = await startServer();
const at = (time: string) => `2031-05-07T${time}:00-05:00`;
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

/** One booking of each status, an hour apart. */
async function makeOneOfEach(scene: Scene) {
  const open = await makeBooking(scene, at('09:00'));
  const pending = await makeBooking(scene, at('10:00'), { status: 'pending' });
  const booked = await makeBooking(scene, at('11:00'), { status: 'booked' });
  const closed = await makeBooking(scene, at('12:00'));
  await scene.client.deleteBooking({ params: { id: closed.id } });
  return { open: open.id, pending: pending.id, booked: booked.id };
}

const filters = {
  '': ['open'],
  '?': ['open'],
  '?status=open': ['open'],
  '?status[]=open': ['open'],
  '?status%5B%5D=open': ['open'],
  '?status=pending': ['pending'],
  '?status[]=booked': ['booked'],
  '?status[]=open&status[]=pending': ['open', 'pending'],
  '?status%5B%5D=pending&status%5B%5D=open': ['open', 'pending'],
  '?status=booked&status=open': ['open', 'booked'],
  '?status=booked&status[]=open&status%5B%5D=pending': ['open', 'pending', 'booked'],
  '?status[]=open&status[]=open': ['open'],
  '?status[0]=open&status[1]=pending': ['open', 'pending'],
  '?status%5B0%5D=pending&status%5B1%5D=booked': ['pending', 'booked'],
  '?status%5b0%5d=booked': ['booked'],
  '?status[12]=booked&status[3]=open': ['open', 'booked'],
  '?status[0]=open&status[]=pending&status=booked': ['open', 'pending', 'booked'],
  '?status=open,booked': ['open', 'booked'],
  '?status=open%2Cpending': ['open', 'pending'],
  '?status[one]=booked': ['open'],
  '?colour=red': ['open'],
} as const;
for (const [query, statuses] of Object.entries(filters)) {
  test(`a list with "${query}" shows ${statuses.join(', ')}`, async () => {
    const scene = await makeSchedule(app);
    const ids = await makeOneOfEach(scene);
    const path = `/scheduling/practices/${scene.practice.id}/bookings${query}`;

    const answer = await send(scene, 'GET', path);

    const expected = statuses.map((status) => ({ id: ids[status], status }));
    const shown = answer.json().map(({ id, status }: Record<string, string>) => ({ id, status }));
    assert.deepEqual(shown, expected);
  });
}

for (const query of [
  'status=closed',
  'status[]=free',
  'status[0]=free',
  'status=',
  'status=open,',
  'status[]=open&status[]=OPEN',
]) {
  test(`a list with ?${query} is refused, and status is named`, async () => {
    const scene = await makeSchedule(app);

    const answer = await send(
      scene,
      'GET',
      `/scheduling/practices/${scene.practice.id}/bookings?${query}`,
    );

    assert.equal(answer.status, 400);
    assert.match(answer.json().errors[0].field, /^status/);
    assert.match(answer.json().errors[0].message, /open, pending, booked/);
  });
}

test('a list is ordered by start, whatever order it was made in', async () => {
  const scene = await makeSchedule(app);
  const late = await makeBooking(scene, at('15:00'));
  const early = await makeBooking(scene, at('08:00'));
  const middle = await makeBooking(scene, at('11:00'));
  const same = await makeBooking(scene, at('11:00'), { doctor_id: scene.second.id });

  const ids = await listOpen(scene);

  assert.deepEqual(ids, [early.id, middle.id, same.id, late.id]);
});

test('overlapping openings stand side by side until one of them is taken', async () => {
  const scene = await makeSchedule(app);
  const first = await makeBooking(scene, at('09:00'));
  const second = await makeBooking(scene, at('09:15'));
  const third = await makeBooking(scene, at('09:30'));
  const next = await makeBooking(scene, at('10:15'));
  const before = await listOpen(scene);

  await makeAppointment(scene, second.id);

  assert.deepEqual(before, [first.id, second.id, third.id, next.id]);
  assert.deepEqual(await listOpen(scene), [next.id]);
});

test("an opening is hidden by the same doctor's appointment only", async () => {
  const scene = await makeSchedule(app);
  await makeBooking(scene, at('09:00'), { status: 'booked' });
  const colleague = await makeBooking(scene, at('09:00'), { doctor_id: scene.second.id });
  await makeBooking(scene, at('09:59'));
  const touching = await makeBooking(scene, at('10:00'));

  const ids = await listOpen(scene);

  assert.deepEqual(ids, [colleague.id, touching.id]);
});

test('an opening is hidden by what the doctor has at another location', async () => {
  const timezone = 'America/Chicago';
  const locations = ['Main', 'Annex'].map((name) => ({ name, timezone }));
  const scene = await makeSchedule(app, { locations });
  await makeBooking(scene, at('09:00'));
  await makeBooking(scene, at('09:30'), { location_id: scene.annex.id, status: 'booked' });

  const answer = await scene.client.listLocationBookings({ params: { id: scene.location.id } });

  assert.deepEqual(accepted(answer), []);
});

test('an opening is listed until it starts, and not from then on', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, at('09:00'));
  app.clock.set('2031-05-07T13:55:00Z');
  const before = await listOpen(scene);

  app.clock.set('2031-05-07T14:00:00Z');

  assert.deepEqual(before, [id]);
  assert.deepEqual(await listOpen(scene), []);
});

test('what is pending or booked is listed after it has started, too', async () => {
  const scene = await makeSchedule(app);
  const ids = await makeOneOfEach(scene);
  app.clock.set('2031-05-09T12:00:00Z');

  const answer = await scene.client.listPracticeBookings({
    params: { id: scene.practice.id },
    query: { status: ['open', 'pending', 'booked'] },
  });

  assert.deepEqual(
    accepted(answer).map(({ id }) => id),
    [ids.pending, ids.booked],
  );
});

test('a location shows its own bookings, the practice all of them, each in its zone', async () => {
  const locations = [
    { name: 'Chicago', timezone: 'America/Chicago' },
    { name: 'Denver', timezone: 'America/Denver' },
  ];
  const scene = await makeSchedule(app, { locations });
  await makeBooking(scene, at('09:00'));
  await makeBooking(scene, at('13:00'), { location_id: scene.annex.id });
  const { client, practice, location, annex } = scene;

  const here = await client.listLocationBookings({ params: { id: location.id } });
  const there = await client.listLocationBookings({ params: { id: annex.id } });
  const all = await client.listPracticeBookings({ params: { id: practice.id } });

  const starts = (answer: typeof all) => accepted(answer).map((one) => one.start_datetime);
  assert.deepEqual(starts(here), ['2031-05-07T09:00:00.000-05:00']);
  assert.deepEqual(starts(there), ['2031-05-07T12:00:00.000-06:00']);
  assert.deepEqual(starts(all), [...starts(here), ...starts(there)]);
});

test('a practice or location out of reach, of others, or of nobody is not there', async () => {
  const scene = await makeSchedule(app);
  const elsewhere = await makeSchedule(app);
  const { client } = await makeConsumer(app, scene.organization, {
    practices: [elsewhere.practice.id],
  });

  for (const { practice, location } of [scene, elsewhere]) {
    refused(await client.listPracticeBookings({ params: { id: practice.id } }), 404, 'not_found');
    refused(await client.listLocationBookings({ params: { id: location.id } }), 404, 'not_found');
  }
  refused(await client.listPracticeBookings({ params: { id: '999999' } }), 404, 'not_found');
});

test('every consumer that reaches a practice sees the openings of all', async () => {
  const scene = await makeSchedule(app);
  const reach = { practices: [scene.practice.id] };
  const stranger = await makeConsumer(app, scene.organization, reach);
  const { id } = await makeBooking(scene, at('09:00'));

  const ids = await listOpen({ ...stranger, practice: scene.practice });

  assert.deepEqual(ids, [id]);
});

test('every opening that is listed can be booked, one after the other', async () => {
  const scene = await makeSchedule(app);
  for (const minute of ['00', '20', '40']) {
    for (const hour of ['09', '10', '11']) {
      await makeBooking(scene, at(`${hour}:${minute}`), { length: 30 });
    }
  }
  const booked: string[] = [];

  for (;;) {
    const [id] = await listOpen(scene);
    if (id === undefined) break;
    await makeAppointment(scene, id);
    booked.push(id);
  }

  assert.equal(booked.length, 5);
});

test('more bookings than a page of the database holds are listed whole and in order', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, at('09:00'));
  const count = 12_000;
  await app.server.platform.database.of(scene.organization).transaction((tx) =>
    tx.rows(
      `insert into scheduling.booking (organization_id, practice_id, location_id, doctor_id,
         consumer_id, status, starts_at, ends_at, created_at, updated_at)
       select organization_id, practice_id, location_id, doctor_id, consumer_id, status,
         starts_at + n / 2 * interval '1 minute', ends_at + n / 2 * interval '1 minute',
         created_at, updated_at
       from scheduling.booking, generate_series(2, $1) n`,
      [count],
    ),
  );

  const answer = await scene.client.listPracticeBookings({ params: { id: scene.practice.id } });

  const bookings = accepted(answer);
  assert.equal(bookings.length, count);
  assert.equal(new Set(bookings.map((one) => one.id)).size, count);
  const starts = bookings.map((one) => Date.parse(one.start_datetime));
  assert.deepEqual(
    starts,
    starts.toSorted((a, b) => a - b),
  );
  await put(scene, id, { status: 'booked' });
  assert.equal(await countOpen(scene), count - 119);
});

async function countOpen(scene: Scene) {
  return (await listOpen(scene)).length;
}

test('what lists leave out does not read as open: it has the status of what lies over it', async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const long = await makeBooking(scene, '2031-05-06T12:00:00-05:00', { length: 1440 });
  const opening = await makeBooking(scene, at('11:59'));
  const colleague = await makeBooking(scene, at('09:00'), { doctor_id: scene.second.id });
  const params = { id: opening.id };

  const { held_until } = accepted(await put(scene, long.id, { status: 'pending' }));
  const held = accepted(await stranger.client.getBooking({ params }));
  accepted(await put(scene, long.id, { status: 'booked' }));
  const taken = accepted(await stranger.client.getBooking({ params }));
  const aside = accepted(await stranger.client.getBooking({ params: { id: colleague.id } }));
  accepted(await put(scene, long.id, { status: 'open' }));
  const free = accepted(await stranger.client.getBooking({ params }));

  assert.deepEqual(held, { ...opening, status: 'pending', held_until });
  assert.deepEqual(taken, { ...opening, status: 'booked' });
  assert.deepEqual([aside, free], [colleague, opening]);
});
