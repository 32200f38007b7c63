import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { accepted, refused, refusedField } from '../testing/answers.ts';
import {
  listOpen,
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  put,
} from '../testing/scene.ts';

const app = await startServer();
const nine = '2031-05-07T09:00:00.000-05:00';
const ten = '2031-05-07T10:00:00.000-05:00';
const twoLocations = {
  locations: [
    { name: 'Main', timezone: 'America/Chicago' },
    { name: 'Annex', timezone: 'America/Denver' },
  ],
};
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

test('each attribute can be changed by itself, and the others stay', async () => {
  const scene = await makeSchedule(app, twoLocations);
  const before = await makeBooking(scene, nine);
  const { id } = before;

  const longer = accepted(await put(scene, id, { length: 90 }));
  const later = accepted(await put(scene, id, { start_datetime: ten }));
  const other = accepted(await put(scene, id, { doctor_id: scene.second.id }));
  const there = accepted(await put(scene, id, { location_id: scene.annex.id }));
  const taken = accepted(await put(scene, id, { status: 'booked' }));

  const { updated_at: _, ...stays } = before;
  const withoutTime = ({ updated_at: _, ...rest }: typeof before) => rest;
  assert.deepEqual(withoutTime(longer), { ...stays, length: 90 });
  assert.deepEqual(withoutTime(later), { ...stays, length: 90, start_datetime: ten });
  assert.equal(other.doctor_id, scene.second.id);
  assert.equal(there.location_id, scene.annex.id);
  assert.equal(there.start_datetime, '2031-05-07T09:00:00.000-06:00');
  assert.equal(taken.status, 'booked');
  assert.deepEqual(accepted(await scene.client.getBooking({ params: { id } })), taken);
});

test('a change of nothing answers the booking as it is', async () => {
  const scene = await makeSchedule(app);
  const { updated_at: _, ...before } = await makeBooking(scene, nine);

  const answer = await put(scene, before.id, {});

  const { updated_at, ...after } = accepted(answer);
  assert.deepEqual(after, before);
});

test('updated_at is when the booking was changed last', async () => {
  const scene = await makeSchedule(app);
  const before = await makeBooking(scene, nine);
  app.clock.advance({ minutes: 5 });

  const after = accepted(await put(scene, before.id, { length: 30 }));

  assert.equal(after.created_at, before.created_at);
  assert.match(after.updated_at, /^2031-05-06T12:05:/);
});

for (const from of ['open', 'pending', 'booked'] as const) {
  for (const to of ['open', 'pending', 'booked'] as const) {
    test(`a booking that is ${from} can be set to ${to}`, async () => {
      const scene = await makeSchedule(app);
      const { id } = await makeBooking(scene, nine, { status: from });

      const answer = await put(scene, id, { status: to });

      const isHold = from === 'open' && to === 'pending';
      assert.equal(accepted(answer).status, to);
      assert.equal('held_until' in accepted(answer), isHold);
      assert.equal(answer.headers.has('hold-token'), isHold);
    });
  }
}

test('a booked time without an appointment can be moved, reopened and deleted', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine, { status: 'booked' });

  const moved = await put(scene, id, { start_datetime: ten });
  const reopened = await put(scene, id, { status: 'open' });
  const listed = await listOpen(scene);
  await put(scene, id, { status: 'booked' });
  const deleted = await scene.client.deleteBooking({ params: { id } });

  assert.equal(accepted(moved).start_datetime, ten);
  assert.equal(accepted(reopened).status, 'open');
  assert.deepEqual(listed, [id]);
  assert.deepEqual(accepted(deleted), { id, status: 'closed' });
});

test('what a patient counts on cannot be moved, reopened or deleted', async () => {
  const scene = await makeSchedule(app);
  const before = await makeBooking(scene, nine);
  const { id } = before;
  await makeAppointment(scene, id);

  const answers = [
    await put(scene, id, { start_datetime: ten }),
    await put(scene, id, { start: '2031-05-07T09:00:01' }),
    await put(scene, id, { status: 'open' }),
    await put(scene, id, { status: 'pending' }),
    await scene.client.deleteBooking({ params: { id } }),
  ];

  for (const answer of answers) refused<unknown>(answer, 400, 'booking_has_appointment');
  const after = accepted(await scene.client.getBooking({ params: { id } }));
  assert.deepEqual({ ...after, updated_at: '' }, { ...before, status: 'booked', updated_at: '' });
});

test('saying again what a booking with an appointment is changes nothing, and is taken', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  await makeAppointment(scene, id);

  const answer = await put(scene, id, {
    status: 'booked',
    start_datetime: '2031-05-07T14:00:00Z',
    length: 75,
  });

  assert.equal(accepted(answer).length, 75);
});

test('after its appointment was cancelled, a booking can be changed and deleted again', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { appointment_guid } = await makeAppointment(scene, id);
  accepted(await scene.client.cancelAppointment({ params: { id: appointment_guid } }));

  const moved = await put(scene, id, { start_datetime: ten });
  const deleted = await scene.client.deleteBooking({ params: { id } });

  assert.equal(accepted(moved).start_datetime, ten);
  accepted(deleted);
});

test("another consumer sees a booking, but can't change or delete it", async () => {
  const scene = await makeSchedule(app);
  const stranger = await makeConsumer(app, scene.organization);
  const booking = await makeBooking(scene, nine);
  const params = { id: booking.id };

  const seen = await stranger.client.getBooking({ params });
  const changed = await put(stranger, booking.id, { length: 30 });
  const deleted = await stranger.client.deleteBooking({ params });

  assert.deepEqual(accepted(seen), booking);
  refused(changed, 403, 'forbidden');
  refused(deleted, 403, 'forbidden');
  assert.deepEqual(accepted(await scene.client.getBooking({ params })), booking);
});

test("another organization's booking is not there", async () => {
  const scene = await makeSchedule(app);
  const elsewhere = await makeSchedule(app);
  const booking = await makeBooking(scene, nine);
  const params = { id: booking.id };

  const seen = await elsewhere.client.getBooking({ params });
  const changed = await put(elsewhere, booking.id, { length: 30 });
  const deleted = await elsewhere.client.deleteBooking({ params });

  for (const answer of [seen, changed, deleted]) refused<unknown>(answer, 404, 'not_found');
});

test('a booking of a practice out of reach is not there', async () => {
  const scene = await makeSchedule(app);
  const near = await makeSchedule(app);
  const { organization } = scene;
  const reach = await makeConsumer(app, organization, { practices: [near.practice.id] });
  const { id } = await makeBooking(scene, nine);

  const seen = await reach.client.getBooking({ params: { id } });
  const changed = await put(reach, id, { length: 30 });
  const deleted = await reach.client.deleteBooking({ params: { id } });

  for (const answer of [seen, changed, deleted]) refused<unknown>(answer, 404, 'not_found');
});

for (const [field, value] of [
  ['length', 0],
  ['status', 'closed'],
  ['recurring', 'no'],
  ['start_datetime', 'noon'],
  ['location_id', 'zzzzz'],
  ['doctor_id', 'zzzzz'],
] as const) {
  test(`a change of ${field} to ${JSON.stringify(value)} is refused and changes nothing`, async () => {
    const scene = await makeSchedule(app);
    const booking = await makeBooking(scene, nine);

    const answer = await put(scene, booking.id, { [field]: value } as never);

    assert.equal(refusedField(answer), field);
    const after = await scene.client.getBooking({ params: { id: booking.id } });
    assert.deepEqual(accepted(after), booking);
  });
}

test('a booking that does not exist can be neither changed nor deleted', async () => {
  const scene = await makeSchedule(app);

  const changed = await put(scene, 'zzzzzz', { length: 30 });
  const deleted = await scene.client.deleteBooking({ params: { id: 'zzzzzz' } });

  refused(changed, 404, 'not_found');
  refused(deleted, 404, 'not_found');
});

test('what a change writes is on the event log, once', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const changed = accepted(await put(scene, id, { length: 30 }));
  await scene.client.deleteBooking({ params: { id } });

  const events = await app.server.platform.database
    .of(scene.organization)
    .reading.rows('select type, data from platform.event where subject = $1 order by sequence', [
      id,
    ]);

  assert.deepEqual(
    events.map((event) => (event as { type: string }).type),
    ['booking.created', 'booking.updated', 'booking.deleted'],
  );
  assert.deepEqual((events[1] as { data: object }).data, changed);
});
