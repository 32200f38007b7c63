import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readId } from '../../runtime/ids.ts';
import { startServer } from '../../testing/server.ts';
import { accepted, refused, refusedField } from '../testing/answers.ts';
import {
  bookingBody,
  listOpen,
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  patientBody,
  put,
} from '../testing/scene.ts';
import { extendAllSeries } from '../testing/series.ts';
import {
  changeDoctor,
  changeLocation,
  changePractice,
  loadFormOf,
  removePlace,
  showPracticeOf,
} from './practices.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { platform } = app.server;
const nine = '2031-05-07T09:00:00-05:00';
const two = [
  { name: 'Springfield', timezone: 'America/Chicago' },
  { name: 'Annex', timezone: 'America/Chicago' },
];
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

test('the doctors of a practice are listed by name, and as they are called now', async () => {
  const scene = await makeSchedule(app);
  const { client } = await makeConsumer(app, scene.organization, { practices: [] });
  const params = { id: scene.practice.id };
  const before = accepted(await scene.client.listDoctors({ params }));

  await changeDoctor(platform, scene.doctor.id, ' Dr. Zoe\u200b  Zeta ', false);

  const [ada, ben] = [scene.doctor.id, scene.second.id];
  assert.deepEqual(before, [
    { id: ada, name: 'Dr. Ada Alpha' },
    { id: ben, name: 'Dr. Ben Beta' },
  ]);
  assert.deepEqual(accepted(await scene.client.listDoctors({ params })), [
    { id: ben, name: 'Dr. Ben Beta' },
    { id: ada, name: 'Dr. Zoe Zeta' },
  ]);
  refused(await client.listDoctors({ params }), 404, 'not_found');
  refused(await scene.client.listDoctors({ params: { id: 'zzzzz' } }), 404, 'not_found');
});

for (const place of ['doctor', 'location'] as const) {
  test(`what hangs on a ${place} is told before it is removed`, async () => {
    const scene = await makeSchedule(app, { locations: two });
    const { id } = await makeBooking(scene, nine, { recurring: true });
    const { appointment_guid } = await makeAppointment(scene, id);
    const remove = (sure = false) => removePlace(platform, place, scene[place].id, sure);

    await assert.rejects(
      remove(true),
      / still has 1 upcoming appointment; cancel or move it first/,
    );
    accepted(await scene.client.cancelAppointment({ params: { id: appointment_guid } }));
    await assert.rejects(remove(), / still has 13 open bookings and 1 weekly series; .* --yes/);
    assert.equal((await listOpen(scene)).length, 13);
    const { bookings_withdrawn, series_ended } = await remove(true);

    assert.deepEqual([bookings_withdrawn, series_ended], [13, 1]);
    assert.deepEqual(await listOpen(scene), []);
    await extendAllSeries(scene);
    assert.deepEqual(await listOpen(scene), []);
    const answer = await scene.client.createBooking({ body: bookingBody(scene, nine) });
    assert.equal(refusedField(answer), `${place}_id`);
    await assert.rejects(remove(true), new RegExp(`there is no ${place}`));
  });
}

for (const place of ['doctor', 'location'] as const) {
  test(`time that was taken stays with a removed ${place}, and becomes nothing else`, async () => {
    const scene = await makeSchedule(app, { locations: two });
    const { id } = await makeBooking(scene, nine, { status: 'booked' });
    await removePlace(platform, place, scene[place].id, true);

    const opened = await put(scene, id, { status: 'open' });
    const held = await put(scene, id, { status: 'pending' });
    const repeated = await put(scene, id, { recurring: true });
    const longer = await put(scene, id, { length: 45, status: 'booked' });

    assert.equal(refusedField(opened), 'status');
    assert.equal(refusedField(held), 'status');
    assert.equal(refusedField(repeated), 'recurring');
    assert.equal(accepted(longer).length, 45);
    const elsewhere = { location_id: scene.annex.id, doctor_id: scene.second.id };
    accepted(await put(scene, id, { ...elsewhere, status: 'open' }));
    assert.deepEqual(await listOpen(scene), [id]);
  });

  test(`what a race left at a removed ${place} cannot be booked, and ends within the hour`, async () => {
    const scene = await makeSchedule(app, { locations: two });
    const { id } = await makeBooking(scene, nine, { recurring: true });
    await platform.database.system.transaction((tx) =>
      tx.rows(`update scheduling.${place} set removed_at = $2 where id = $1`, [
        readId(place, scene[place].id),
        app.clock.now(),
      ]),
    );

    const booked = await scene.client.createPatient({ body: patientBody(id) });
    await extendAllSeries(scene);

    refused(booked, 400, 'booking_not_available');
    assert.deepEqual(await listOpen(scene), []);
    app.clock.set('2031-05-29T12:00:00Z');
    await extendAllSeries(scene);
    const { client } = await makeConsumer(app, scene.organization);
    assert.deepEqual(await listOpen({ ...scene, client }), []);
  });
}

test('what was removed is listed no more', async () => {
  const scene = await makeSchedule(app, { locations: two });
  await removePlace(platform, 'location', scene.annex.id, false);
  await removePlace(platform, 'doctor', scene.second.id, false);

  const [practice] = accepted(await scene.client.listPractices());
  const locations = accepted(await scene.client.listLocations());
  const doctors = accepted(await scene.client.listDoctors({ params: { id: scene.practice.id } }));
  const bookings = await scene.client.listLocationBookings({ params: { id: scene.annex.id } });

  assert.deepEqual(practice?.locations, [{ id: scene.location.id, name: 'Springfield' }]);
  assert.deepEqual(
    [locations, doctors].map((all) => all.map(({ id }) => id)),
    [[scene.location.id], [scene.doctor.id]],
  );
  refused(bookings, 404, 'not_found');
});

test('of two that are left, two at once cannot both be removed', async () => {
  const scene = await makeSchedule(app);

  const outcomes = await Promise.allSettled(
    [scene.doctor, scene.second].map(({ id }) => removePlace(platform, 'doctor', id, true)),
  );

  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
});

test('a new time zone leaves bookings at their instants, and lists show them on its clock', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  await listOpen(scene);
  const change = (sure: boolean) =>
    changeLocation(platform, scene.location.id, { timezone: 'America/Denver' }, sure);

  await assert.rejects(change(false), /still has 1 open booking; bookings stay at their instants/);
  await change(true);

  const params = { id: scene.practice.id };
  const [listed] = accepted(await scene.client.listPracticeBookings({ params }));
  assert.deepEqual([listed?.id, listed?.start_datetime], [id, '2031-05-07T08:00:00.000-06:00']);
});

const refusals = {
  name: ['\u200b', ' '],
  email: ['desk@', 'desk', 'a b@c.example', 'a@b..example', '<a@b.example>'],
  country: ['XX', 'USA', '12', 'EU'],
  website: ['javascript:alert(1)', 'elm', 'https://a b.example', 'ftp://elm.example'],
  hold_minutes: [0, 1441, 1.5],
};
for (const [member, values] of Object.entries(refusals)) {
  test(`what is no ${member} of a practice is refused`, async () => {
    const { practice } = await makeSchedule(app);

    for (const value of values) {
      const attempt = changePractice(platform, practice.id, { [member]: value });
      await assert.rejects(attempt, new RegExp(`^Error: ${member}: `));
    }
  });
}

test('a practice is changed where it is said, and UK is understood', async () => {
  const { practice } = await makeSchedule(app);
  const before = await showPracticeOf(platform, practice.id);

  const named = await changePractice(platform, practice.id, { country: 'uk', name: ' Elm  Road ' });
  const emptied = await changePractice(platform, practice.id, { country: '', email: '' });

  assert.deepEqual(named, { ...before, country: 'GB', name: 'Elm Road' });
  assert.deepEqual(emptied, { ...before, country: null, name: 'Elm Road', email: null });
});

test('a form that is wrong is refused with all that is wrong', async () => {
  const { practice } = await makeSchedule(app);
  const field = { name: 'allergies', label: 'Allergies', type: 'long_text' };
  const form = { fields: [field, { ...field, type: 'colour', x: 1 }, null] };

  const wrong = loadFormOf(platform, practice.id, JSON.stringify(form));

  await assert.rejects(wrong, (error: Error) => {
    assert.match(
      error.message,
      /title: is required\. fields\.1\.type: must be one of text, choice/,
    );
    assert.match(error.message, /fields\.1\.x: is not a member of a field\. fields\.2: must be an/);
    assert.match(error.message, /fields\.1\.name: "allergies" is there twice/);
    return true;
  });
  for (const text of ['', '[]', '{"title":"A"}', '{"title":"A","fields":[]}']) {
    await assert.rejects(loadFormOf(platform, practice.id, text), /^Error: (file|fields): /);
  }
});
