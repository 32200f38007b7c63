import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { makeMember } from '../../../testing/people.ts';
import { startServer } from '../../../testing/server.ts';
import { notifyScheduled } from '../../jobs.ts';
import { accepted } from '../../testing/answers.ts';
import { propertyOf, readOutbox } from '../../testing/mails.ts';
import { countRows } from '../../testing/promises.ts';
import { makeAppointment, makeBooking, makeSchedule, type Scene } from '../../testing/scene.ts';

const app = await startServer();
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

async function makeOne(scene: Scene, email = 'ada@mail.example') {
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  return makeAppointment(scene, id, { email, first_name: 'Adelaide', message: 'Overbite.' });
}

const member = ({ organization }: Scene, email: string, role: 'owner' | 'admin') =>
  makeMember(app, organization, { email, name: 'Somebody', role });

test('an appointment that is made is told to patient and practice, with an invitation', async () => {
  const scene = await makeSchedule(app);
  const { appointment_guid } = await makeOne(scene);

  const mails = await readOutbox(scene, 2);

  assert.deepEqual(
    mails.map(({ recipient, calendar_method }) => [recipient, calendar_method]),
    [
      ['ada@mail.example', 'REQUEST'],
      ['desk@acme.example', 'PUBLISH'],
    ],
  );
  for (const { calendar, calendar_method, subject, body } of mails) {
    assert.equal(propertyOf(calendar, 'METHOD'), calendar_method);
    assert.match(propertyOf(calendar, 'ORGANIZER') ?? '', /mailto:desk@acme\.example$/);
    assert.match(subject, /Dr\. Ada Alpha/);
    assert.match(body, /^Length: 60 minutes\nWith: Dr\. Ada Alpha\nWhere: Springfield$/m);
    assert.equal(propertyOf(calendar, 'UID'), `${appointment_guid}@heddle`);
    assert.equal(propertyOf(calendar, 'DTSTART'), '20310507T140000Z');
    assert.doesNotMatch(subject, /Adelaide|Overbite|ada@/);
    assert.match(body, /Wednesday, May 7, 2031, 9:00 AM \(Central Daylight Time\)/);
  }
});

test('a cancelled appointment is told to both, with the same UID and a higher SEQUENCE', async () => {
  const scene = await makeSchedule(app);
  const { appointment_guid } = await makeOne(scene);
  const requests = await readOutbox(scene, 2);

  accepted(await scene.client.cancelAppointment({ params: { id: appointment_guid } }));

  const mails = (await readOutbox(scene, 4)).slice(2);
  assert.deepEqual(
    mails.map(({ recipient }) => recipient),
    requests.map(({ recipient }) => recipient),
  );
  for (const [place, { calendar, calendar_method, subject }] of mails.entries()) {
    const request = requests[place]?.calendar as string;
    assert.equal(calendar_method, place === 0 ? 'CANCEL' : 'PUBLISH');
    assert.equal(propertyOf(calendar, 'METHOD'), calendar_method);
    assert.equal(propertyOf(calendar, 'STATUS'), 'CANCELLED');
    assert.equal(propertyOf(calendar, 'UID'), propertyOf(request, 'UID'));
    const [before, after] = [request, calendar].map((text) => Number(propertyOf(text, 'SEQUENCE')));
    assert.ok((after as number) > (before as number));
    assert.match(subject, /cancelled/i);
  }
});

test('without an address of its own, a practice is told through the owners', async () => {
  const scene = await makeSchedule(app, { email: null });
  const place = scene.practice.id.toLowerCase();
  const names = ['first', 'second'].map((name) => `${name}.${place}@owner.example`);
  for (const email of names) await member(scene, email, 'owner');
  await member(scene, `admin.${scene.practice.id}@acme.example`, 'admin');
  await makeOne(scene);

  const mails = await readOutbox(scene, 3);

  assert.deepEqual(
    mails.map(({ recipient }) => recipient),
    ['ada@mail.example', ...names],
  );
});

test('without an address and without owners, the patient is still told', async () => {
  const scene = await makeSchedule(app, { email: null });
  await makeOne(scene);

  const [mail] = await readOutbox(scene, 1);

  assert.equal(mail?.recipient, 'ada@mail.example');
});

test('an answer to a mail goes to the other of the two', async () => {
  const scene = await makeSchedule(app);
  await makeOne(scene);

  const mails = await readOutbox(scene, 2);

  assert.deepEqual(
    mails.map(({ reply_to }) => reply_to),
    ['desk@acme.example', 'ada@mail.example'],
  );
});

test('the patient reads which number to call, and the practice which one with its extension', async () => {
  const scene = await makeSchedule(app, { phone: '217 555 0142' });
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  await makeAppointment(scene, id, { phone: '312-555-0123 x9' });

  const [toPatient, toPractice] = await readOutbox(scene, 2);

  assert.match(toPatient?.body ?? '', /You can call us at \+1 217 555 0142\./);
  assert.match(
    propertyOf(toPatient?.calendar ?? '', 'DESCRIPTION') ?? '',
    /Call: \+1 217 555 0142/,
  );
  assert.match(toPractice?.body ?? '', /^Phone: \+1 312 555 0123 ext\. 9$/m);
});

test('a job that runs again adds no mail', async () => {
  const scene = await makeSchedule(app);
  const { appointment_guid } = await makeOne(scene);
  await readOutbox(scene, 2);
  const { organization } = scene;
  const happened = {
    organization,
    type: 'appointment.created',
    subject: appointment_guid,
  } as const;

  await app.server.jobs.carryOut(notifyScheduled, happened);

  assert.equal(await countRows(scene, 'platform.mail'), 2);
});

test('a refused booking sends no mail', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  await makeAppointment(scene, id);
  await scene.client.createPatient({
    body: {
      booking_id: id,
      first_name: 'Bob',
      last_name: 'Late',
      phone: '555 555 1234',
      email: 'bob@mail.example',
      zip_code: '60601',
    },
  });
  const later = await makeSchedule(app);
  await makeOne(later);
  await readOutbox(later, 2);

  const mails = await readOutbox(scene, 2);

  assert.equal(mails.length, 2);
});
