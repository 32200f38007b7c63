import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { propertyOf, readOutbox } from '../testing/mails.ts';
import { makeAppointment, makeBooking, makeSchedule, type Scene } from '../testing/scene.ts';
import { changeDoctor, changeLocation } from './practices.ts';

const app = await startServer();
const { platform } = app.server;
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

type Change = {
  make: (scene: Scene, sure: boolean) => Promise<{ appointments_told: number }>;
  now: RegExp;
  before: RegExp;
};
const changes: Record<string, Change> = {
  'a new address': {
    make: ({ location }, sure) =>
      changeLocation(platform, location.id, { street_address: '7 Elm St' }, sure),
    now: /Where: Springfield, 7 Elm St/,
    before: /Where: Springfield, 12 Main St/,
  },
  'a new name of a location': {
    make: ({ location }, sure) => changeLocation(platform, location.id, { name: 'West' }, sure),
    now: /Where: West, 12 Main St/,
    before: /Where: Springfield, 12 Main St/,
  },
  'a new time zone': {
    make: ({ location }, sure) =>
      changeLocation(platform, location.id, { timezone: 'America/Denver' }, sure),
    now: /8:00 AM \(Mountain Daylight Time\)/,
    before: /9:00 AM \(Central Daylight Time\)/,
  },
  'a new name of a doctor': {
    make: ({ doctor }, sure) => changeDoctor(platform, doctor.id, 'Dr. Ada Omega', sure),
    now: /With: Dr\. Ada Omega/,
    before: /With: Dr\. Ada Alpha/,
  },
};
const locations = [
  { name: 'Springfield', timezone: 'America/Chicago', street_address: '12 Main St' },
];

for (const [what, { make, now, before }] of Object.entries(changes)) {
  test(`${what} is told to patients and practice, once somebody is sure`, async () => {
    const scene = await makeSchedule(app, { locations });
    const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
    await makeAppointment(scene, id);
    await readOutbox(scene, 2);

    await assert.rejects(make(scene, false), /has 1 (upcoming )?appointment.* --yes/);
    const { appointments_told } = await make(scene, true);
    const mails = (await readOutbox(scene, 4)).slice(2);
    const again = await make(scene, false);

    assert.deepEqual([appointments_told, again.appointments_told], [1, 1]);
    assert.deepEqual(
      mails.map(({ recipient, calendar }) => [recipient, propertyOf(calendar, 'SEQUENCE')]),
      [
        ['ada@mail.example', '1'],
        ['desk@acme.example', '1'],
      ],
    );
    for (const { body } of mails) {
      const [present, past] = body.split('It was:');
      assert.match(present ?? '', now);
      assert.match(past ?? '', before);
    }
  });
}

test('what mails do not show is told to nobody, nor what is over or cancelled', async () => {
  const scene = await makeSchedule(app, { locations });
  const past = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  await makeAppointment(scene, past.id);
  const cancelled = await makeBooking(scene, '2031-05-09T09:00:00-05:00');
  const { appointment_guid } = await makeAppointment(scene, cancelled.id);
  await scene.client.cancelAppointment({ params: { id: appointment_guid } });
  app.clock.set('2031-05-08T12:00:00Z');
  const { id } = scene.location;

  const website = await changeLocation(platform, id, { website: 'elm.example' }, false);
  const address = await changeLocation(platform, id, { city: 'Elm' }, false);

  assert.deepEqual([website.appointments_told, address.appointments_told], [0, 0]);
  const told = await asOwner(
    app.address,
    `select from platform.event where organization = $1 and type = 'appointment.updated'`,
    [scene.organization],
  );
  assert.deepEqual(told, []);
});
