import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { accepted, refusedField } from '../testing/answers.ts';
import { bookingBody, listOpen, makeBooking, makeSchedule } from '../testing/scene.ts';

const app = await startServer();
beforeEach(() => app.clock.set('2031-03-01T12:00:00Z'));

const chicago = {
  '2031-05-07T09:00:00-05:00': '2031-05-07T09:00:00.000-05:00',
  '2031-05-07T14:00:00Z': '2031-05-07T09:00:00.000-05:00',
  '2031-05-07T19:30:00.250+05:30': '2031-05-07T09:00:00.250-05:00',
  '2031-05-07T09:00:00': '2031-05-07T09:00:00.000-05:00',
  '2031-05-07 09:00': '2031-05-07T09:00:00.000-05:00',
  '2031-01-07T09:00': '2031-01-07T09:00:00.000-06:00',
  '2031-05-07T09:00:00-05:00[America/Chicago]': '2031-05-07T09:00:00.000-05:00',
  '2031-05-07T09:00:00[America/New_York]': '2031-05-07T08:00:00.000-05:00',
  '2031-05-07T16:00:00+02:00[Europe/Paris]': '2031-05-07T09:00:00.000-05:00',
  // Clocks go forward at 2:00 on March 9 and back at 2:00 on November 2.
  '2031-03-09T02:30:00': '2031-03-09T03:30:00.000-05:00',
  '2031-11-02T01:30:00': '2031-11-02T01:30:00.000-05:00',
  '2031-11-02T01:30:00-06:00': '2031-11-02T01:30:00.000-06:00',
};
for (const [start, shown] of Object.entries(chicago)) {
  test(`${start} is shown in Chicago as ${shown}`, async () => {
    const scene = await makeSchedule(app);

    const booking = await makeBooking(scene, start);

    assert.equal(booking.start_datetime, shown);
  });
}

const elsewhere = {
  'Asia/Kolkata': '2031-05-07T09:00:00.000+05:30',
  'Australia/Sydney': '2031-05-07T09:00:00.000+10:00',
  'Pacific/Chatham': '2031-05-07T09:00:00.000+12:45',
  UTC: '2031-05-07T09:00:00.000+00:00',
};
for (const [timezone, shown] of Object.entries(elsewhere)) {
  test(`nine o'clock without an offset is nine o'clock in ${timezone}`, async () => {
    const scene = await makeSchedule(app, { locations: [{ name: 'Main', timezone }] });

    const booking = await makeBooking(scene, '2031-05-07T09:00:00');

    assert.equal(booking.start_datetime, shown);
  });
}

for (const start of [
  '2031-05-07T09:00:00-06:00[America/Chicago]',
  '2031-05-07T09:00:00+00:00[America/Chicago]',
  '2031-05-07T09:00:00-05:00[Mars/Olympus]',
  '2031-05-07',
  '09:00',
  '2031-02-29T09:00:00',
  '2031-05-07T25:00:00',
  '07/05/2031 9:00',
  'soon',
  '1899-12-31T09:00:00Z',
  '2200-01-01T12:00:00Z',
  '2031-05-07T09:00:00\u0000',
]) {
  test(`a start of ${JSON.stringify(start)} is refused, and the field is named`, async () => {
    const scene = await makeSchedule(app);

    const answer = await scene.client.createBooking({ body: bookingBody(scene, start) });

    assert.equal(refusedField(answer), 'start_datetime');
  });
}

test('start is another name of start_datetime, when a booking is created and when it moves', async () => {
  const scene = await makeSchedule(app);
  const { start_datetime: _, ...body } = bookingBody(scene, '');

  const created = await scene.client.createBooking({
    body: { ...body, start: '2031-05-07T09:00' },
  });
  const moved = await scene.client.updateBooking({
    params: { id: accepted(created).id },
    body: { start: '2031-05-07T10:00' },
  });

  assert.equal(accepted(created).start_datetime, '2031-05-07T09:00:00.000-05:00');
  assert.equal(accepted(moved).start_datetime, '2031-05-07T10:00:00.000-05:00');
});

test('start and start_datetime may say the same, but not two things', async () => {
  const scene = await makeSchedule(app);
  const body = bookingBody(scene, '2031-05-07T09:00');

  const same = await scene.client.createBooking({ body: { ...body, start: '2031-05-07T09:00' } });
  const other = await scene.client.createBooking({ body: { ...body, start: '2031-05-07T10:00' } });

  assert.equal(accepted(same).start_datetime, '2031-05-07T09:00:00.000-05:00');
  assert.equal(refusedField(other), 'start');
});

test('a start in the past is taken, and never listed as open', async () => {
  const scene = await makeSchedule(app);

  const booking = await makeBooking(scene, '2031-02-28T09:00:00-06:00');

  assert.equal(booking.status, 'open');
  assert.deepEqual(await listOpen(scene), []);
});

test('a start that is moved without an offset is read in the zone of the new location', async () => {
  const scene = await makeSchedule(app, {
    locations: [
      { name: 'Chicago', timezone: 'America/Chicago' },
      { name: 'Denver', timezone: 'America/Denver' },
    ],
  });
  const { id } = await makeBooking(scene, '2031-05-07T09:00');

  const answer = await scene.client.updateBooking({
    params: { id },
    body: { location_id: scene.annex.id, start_datetime: '2031-05-07T09:00' },
  });

  assert.equal(accepted(answer).start_datetime, '2031-05-07T09:00:00.000-06:00');
});
