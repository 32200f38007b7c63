import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { asOwner } from '../../../runtime/testing/owner.ts';
import { makePractice } from '../../../testing/makers.ts';
import { startServer } from '../../../testing/server.ts';
import { accepted } from '../../testing/answers.ts';
import { type OutboxMail, propertyOf, readOutbox } from '../../testing/mails.ts';
import {
  type ChangeBody,
  makeAppointment,
  makeBooking,
  makeSchedule,
  put,
  type Scene,
} from '../../testing/scene.ts';

const app = await startServer();
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

const locations = [
  { name: 'Springfield', timezone: 'America/Chicago', street_address: '12 Main St' },
  { name: 'New York', timezone: 'America/New_York', street_address: '1 Broadway' },
];

/** A booked appointment of which patient and practice have been told. */
async function makeTold(scene: Scene) {
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  const { appointment_guid: guid } = await makeAppointment(scene, id);
  return { id, guid, told: await readOutbox(scene, 2) };
}

const sequenceOf = ({ calendar }: OutboxMail) => propertyOf(calendar, 'SEQUENCE');
const uidOf = ({ calendar }: OutboxMail) => propertyOf(calendar, 'UID');

type Change = { body: (scene: Scene) => ChangeBody; now: RegExp; before: RegExp };
const changes: Record<string, Change> = {
  'another city': {
    body: ({ annex }) => ({ location_id: annex.id }),
    now: /10:00 AM \(Eastern Daylight Time\)\n.*\n.*\nWhere: New York, 1 Broadway/,
    before: /9:00 AM \(Central Daylight Time\)\n.*\n.*\nWhere: Springfield, 12 Main St/,
  },
  'another doctor': {
    body: ({ second }) => ({ doctor_id: second.id }),
    now: /With: Dr\. Ben Beta/,
    before: /With: Dr\. Ada Alpha/,
  },
  'another length': {
    body: () => ({ length: 90 }),
    now: /Length: 90 minutes/,
    before: /Length: 60 minutes/,
  },
};
for (const [name, { body, now, before }] of Object.entries(changes)) {
  test(`${name} is told to patient and practice, with the same UID and SEQUENCE + 1`, async () => {
    const scene = await makeSchedule(app, { locations });
    const { id, told } = await makeTold(scene);

    accepted(await put(scene, id, body(scene)));

    const mails = (await readOutbox(scene, 4)).slice(2);
    assert.deepEqual(
      mails.map(({ recipient, calendar_method }) => [recipient, calendar_method]),
      [
        ['ada@mail.example', 'REQUEST'],
        ['desk@acme.example', 'PUBLISH'],
      ],
    );
    assert.deepEqual(mails.map(uidOf), told.map(uidOf));
    assert.deepEqual(mails.map(sequenceOf), ['1', '1']);
    for (const mail of mails) {
      const [present, past] = mail.body.split('It was:');
      assert.match(present ?? '', now);
      assert.match(past ?? '', before);
      assert.match(mail.subject, /changed/i);
    }
  });
}

test('what changes nothing that was told sends no mail', async () => {
  const scene = await makeSchedule(app, { locations });
  const { id, guid } = await makeTold(scene);
  const { location, doctor } = scene;

  accepted(await put(scene, id, { length: 60, location_id: location.id, doctor_id: doctor.id }));
  accepted(await scene.client.cancelAppointment({ params: { id: guid } }));

  const mails = await readOutbox(scene, 4);
  assert.deepEqual(mails.map(sequenceOf), ['0', '0', '1', '1']);
});

test('each change has the next SEQUENCE, and the cancellation the last', async () => {
  const scene = await makeSchedule(app);
  const { id, guid } = await makeTold(scene);

  accepted(await put(scene, id, { length: 90 }));
  await readOutbox(scene, 4);
  accepted(await put(scene, id, { length: 30 }));
  await readOutbox(scene, 6);
  accepted(await scene.client.cancelAppointment({ params: { id: guid } }));

  const mails = await readOutbox(scene, 8);
  assert.deepEqual(mails.map(sequenceOf), ['0', '0', '1', '1', '2', '2', '3', '3']);
  assert.match(mails[6]?.body ?? '', /Length: 30 minutes/);
});

test('the practice that an appointment leaves takes it out of its calendar', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeTold(scene);
  const other = await makePractice(app, scene.organization, {
    name: 'Other Teeth',
    email: 'other@acme.example',
  });
  const [location] = other.locations;
  const [doctor] = other.doctors;

  accepted(
    await put(scene, id, { location_id: location?.id, doctor_id: doctor?.id } as ChangeBody),
  );

  const mails = (await readOutbox(scene, 5)).slice(2);
  assert.deepEqual(
    mails.map(({ recipient, calendar }) => [recipient, propertyOf(calendar, 'STATUS')]),
    [
      ['ada@mail.example', 'CONFIRMED'],
      ['other@acme.example', 'CONFIRMED'],
      ['desk@acme.example', 'CANCELLED'],
    ],
  );
  assert.match(mails[1]?.subject ?? '', /^New appointment/);
  assert.match(mails[2]?.subject ?? '', /^Moved appointment/);
});

test('nobody is told of a change to what is over', async () => {
  const scene = await makeSchedule(app);
  const { id, guid } = await makeTold(scene);
  app.clock.set('2031-05-08T12:00:00Z');

  accepted(await put(scene, id, { length: 30 }));
  accepted(await scene.client.cancelAppointment({ params: { id: guid } }));

  const mails = await readOutbox(scene, 4);
  assert.match(mails[2]?.subject ?? '', /cancelled/);
});

test('an appointment that is cancelled before anybody was told is confirmed to nobody', async () => {
  const web = await startServer({ HEDDLE_ROLES: 'web' });
  web.clock.set('2031-05-06T12:00:00Z');
  const scene = await makeSchedule(web);
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  const { appointment_guid } = await makeAppointment(scene, id);
  accepted(await scene.client.cancelAppointment({ params: { id: appointment_guid } }));

  await web.another({ HEDDLE_ROLES: 'worker' });

  const mails = await readOutbox(scene, 2);
  assert.deepEqual(
    mails.map(({ subject }) => /cancelled/i.test(subject)),
    [true, true],
  );
});

test('what was told before the server kept it is known after the migration', async () => {
  const scene = await makeSchedule(app, { locations });
  const { guid } = await makeTold(scene);
  const read = () =>
    scene.app.server.platform.database
      .of(scene.organization)
      .reading.rows<{ told: object }>('select told from scheduling.appointment where guid = $1', [
        guid,
      ]);
  const kept = await read();
  await asOwner(app.address, 'update scheduling.appointment set told = null');
  const file = new URL('../../../../migrations/0065-appointment-mails.sql', import.meta.url);
  const [update] = /^update scheduling\.appointment [^;]*;/m.exec(readFileSync(file, 'utf8')) ?? [];

  await asOwner(app.address, update as string);

  assert.deepEqual(await read(), kept);
});
