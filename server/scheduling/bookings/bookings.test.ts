import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readId } from '../../runtime/ids.ts';
import { startServer } from '../../testing/server.ts';
import { accepted, refused, refusedField } from '../testing/answers.ts';
import { bookingBody, makeBooking, makeSchedule } from '../testing/scene.ts';
import { send } from '../testing/wire.ts';

const app = await startServer();
const now = '2031-05-06T12:00:00Z';
const nine = '2031-05-07T09:00:00-05:00';
beforeEach(() => app.clock.set(now));

test('a booking is pending, not recurring and an hour long unless told otherwise', async () => {
  const { client, location, doctor } = await makeSchedule(app);
  const body = { start_datetime: nine, location_id: location.id, doctor_id: doctor.id };

  const answer = await client.createBooking({ body });

  assert.equal(answer.status, 201);
  const { id, created_at, updated_at, ...rest } = accepted(answer);
  assert.match(id, /^[A-Za-z]{5,}$/);
  assert.match(created_at, /^2031-05-06T12:00:\d\d\.\d{3}Z$/);
  assert.equal(updated_at, created_at);
  assert.deepEqual(rest, {
    status: 'pending',
    length: 60,
    recurring: false,
    start_datetime: '2031-05-07T09:00:00.000-05:00',
    location_id: location.id,
    doctor_id: doctor.id,
  });
});

test('a booking is written byte for byte as documented, alone and in lists', async () => {
  const scene = await makeSchedule(app);
  const { id, created_at } = await makeBooking(scene, nine, { length: 45 });
  const { practice, location, doctor } = scene;

  const one = await send(scene, 'GET', `/scheduling/bookings/${id}`);
  const list = await send(scene, 'GET', `/scheduling/practices/${practice.id}/bookings`);

  const text =
    `{"id":"${id}","status":"open","length":45,"recurring":false,` +
    `"start_datetime":"2031-05-07T09:00:00.000-05:00","location_id":"${location.id}",` +
    `"doctor_id":"${doctor.id}","created_at":"${created_at}","updated_at":"${created_at}"}`;
  assert.equal(one.text, text);
  assert.equal(list.text, `[${text}]`);
  assert.equal(list.headers.get('content-type'), 'application/json; charset=utf-8');
});

for (const status of ['open', 'pending', 'booked'] as const) {
  test(`a booking can be created as ${status}`, async () => {
    const scene = await makeSchedule(app);

    const booking = await makeBooking(scene, nine, { status });

    assert.equal(booking.status, status);
    assert.equal('held_until' in booking, false);
    const read = await scene.client.getBooking({ params: { id: booking.id } });
    assert.deepEqual(accepted(read), booking);
  });
}

for (const length of [1, 1440]) {
  test(`a booking may be ${length} minutes long`, async () => {
    const scene = await makeSchedule(app);

    const booking = await makeBooking(scene, nine, { length });

    assert.equal(booking.length, length);
  });
}

for (const length of [0, -5, 1441, 30.5, '60', null, true]) {
  test(`a length of ${JSON.stringify(length)} is refused`, async () => {
    const scene = await makeSchedule(app);
    const body = { ...bookingBody(scene, nine), length } as never;

    const answer = await scene.client.createBooking({ body });

    assert.equal(refusedField(answer), 'length');
  });
}

for (const [field, value] of [
  ['status', 'closed'],
  ['status', 'free'],
  ['status', 1],
  ['recurring', 'true'],
  ['recurring', null],
  ['start_datetime', 'tomorrow'],
  ['start_datetime', ''],
  ['start_datetime', 1_900_000_000],
  ['location_id', 0],
  ['location_id', ''],
  ['location_id', 'zzzzz'],
  ['location_id', { id: 1 }],
  ['doctor_id', -1],
  ['doctor_id', 1.5],
  ['doctor_id', '9007199254740993'],
  ['doctor_id', 'zzzzz'],
] as const) {
  test(`${field} ${JSON.stringify(value)} is refused, and the field is named`, async () => {
    const scene = await makeSchedule(app);
    const body = { ...bookingBody(scene, nine), [field]: value } as never;

    const answer = await scene.client.createBooking({ body });

    assert.equal(refusedField(answer), field);
  });
}

for (const field of ['start_datetime', 'location_id', 'doctor_id']) {
  test(`${field} is required`, async () => {
    const scene = await makeSchedule(app);
    const { [field]: _, ...body } = bookingBody(scene, nine) as Record<string, unknown>;

    const answer = await scene.client.createBooking({ body: body as never });

    assert.equal(refusedField(answer), field);
  });
}

test('an unknown member of a booking is passed over', async () => {
  const scene = await makeSchedule(app);
  const body = { ...bookingBody(scene, nine), colour: 'red' };

  const answer = await scene.client.createBooking({ body });

  assert.equal('colour' in accepted(answer), false);
});

test('ids in a body may be short strings, integers, or the digits of integers', async () => {
  const scene = await makeSchedule(app);
  const location = readId('location', scene.location.id) as number;
  const doctor = readId('doctor', scene.doctor.id) as number;

  const asNumbers = await makeBooking(scene, nine, { location_id: location, doctor_id: doctor });
  const asTexts = await makeBooking(scene, nine, {
    location_id: String(location),
    doctor_id: String(doctor),
  });

  for (const booking of [asNumbers, asTexts]) {
    assert.equal(booking.location_id, scene.location.id);
    assert.equal(booking.doctor_id, scene.doctor.id);
  }
});

test('a path takes the short string and the integer of a booking, practice and location', async () => {
  const scene = await makeSchedule(app);
  const { client, practice, location } = scene;
  const { id } = await makeBooking(scene, nine);
  const numbers = {
    booking: String(readId('booking', id)),
    practice: String(readId('practice', practice.id)),
    location: String(readId('location', location.id)),
  };

  const read = await client.getBooking({ params: { id: numbers.booking } });
  const listed = await client.listPracticeBookings({ params: { id: numbers.practice } });
  const listedThere = await client.listLocationBookings({ params: { id: numbers.location } });
  const changed = await client.updateBooking({
    params: { id: numbers.booking },
    body: { length: 30 },
  });
  const deleted = await client.deleteBooking({ params: { id: numbers.booking } });

  assert.equal(accepted(read).id, id);
  assert.equal(accepted(listed)[0]?.id, id);
  assert.equal(accepted(listedThere)[0]?.id, id);
  assert.equal(accepted(changed).id, id);
  assert.deepEqual(accepted(deleted), { id, status: 'closed' });
});

test('a string that does not encode back to itself names nothing', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const upside = id === id.toUpperCase() ? id.toLowerCase() : id.toUpperCase();
  const integer = readId('booking', id);

  for (const other of [
    upside,
    `${id}a`,
    `${integer}x`,
    `-${integer}`,
    '0',
    '99999999999999999999',
  ]) {
    const answer = await scene.client.getBooking({ params: { id: other } });

    refused(answer, 404, 'not_found');
  }
});

test('the nouns have ids of their own', async () => {
  const scene = await makeSchedule(app);

  const answer = await scene.client.listPracticeBookings({ params: { id: scene.location.id } });

  refused(answer, 404, 'not_found');
});

test('a doctor has to be one of the practice of the location', async () => {
  const scene = await makeSchedule(app);
  const elsewhere = await makeSchedule(app);
  const body = bookingBody({ location: scene.location, doctor: elsewhere.doctor }, nine);

  const answer = await scene.client.createBooking({ body });

  assert.equal(refusedField(answer), 'doctor_id');
});

test("another organization's location is as unknown as one that is not there", async () => {
  const scene = await makeSchedule(app);
  const elsewhere = await makeSchedule(app);

  const answer = await scene.client.createBooking({ body: bookingBody(elsewhere, nine) });

  assert.equal(refusedField(answer), 'location_id');
});

test('a deleted booking is gone', async () => {
  const scene = await makeSchedule(app);
  const { client } = scene;
  const { id } = await makeBooking(scene, nine);
  const deleted = await client.deleteBooking({ params: { id } });

  const read = await client.getBooking({ params: { id } });
  const changed = await client.updateBooking({ params: { id }, body: { status: 'open' } });
  const again = await client.deleteBooking({ params: { id } });

  assert.deepEqual(accepted(deleted), { id, status: 'closed' });
  refused(read, 410, 'gone');
  refused(changed, 410, 'gone');
  refused(again, 410, 'gone');
});
