import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readId } from '../../runtime/ids.ts';
import { startServer } from '../../testing/server.ts';
import { setTime } from '../../testing/time.ts';
import { accepted, refusedField } from '../testing/answers.ts';
import { countRows } from '../testing/promises.ts';
import {
  makeAppointment,
  makeBooking,
  makeSchedule,
  patientBody,
  type Scene,
} from '../testing/scene.ts';
import { send } from '../testing/wire.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const nine = '2031-05-07T09:00:00-05:00';
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

async function readPatients({ client, practice }: Scene) {
  return accepted(await client.listPatients({ params: { id: practice.id } }));
}

test('booking creates a patient and an appointment, and says so', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);

  const answer = await scene.client.createPatient({ body: patientBody(id) });

  assert.equal(answer.status, 201);
  const { message, patient_id, appointment_id, appointment_guid } = accepted(answer);
  assert.equal(message, 'appointment scheduled and patient created');
  assert.match(appointment_guid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const [patient] = await readPatients(scene);
  const appointments = await scene.client.listAppointments({ params: { id: scene.practice.id } });
  assert.equal(patient?.id, patient_id);
  assert.equal(accepted(appointments)[0]?.id, appointment_id);
  const booking = await scene.client.getBooking({ params: { id } });
  assert.equal(accepted(booking).status, 'booked');
});

test('a patient is written byte for byte as documented', async () => {
  await setTime(app, '2031-05-06T12:00:00Z');
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { patient_id } = await makeAppointment(scene, id, {
    guardian_name: 'Grace Smith',
    message: 'Overbite.',
    dob: '1989-05-18',
  });

  const answer = await send(scene, 'GET', `/scheduling/practices/${scene.practice.id}/patients`);

  const at = answer.json()[0].created_at;
  assert.match(at, /^2031-05-06T12:00:\d\d\.\d{3}Z$/);
  assert.equal(
    answer.text,
    `[{"id":${patient_id},"booking_id":${readId('booking', id)},"first_name":"Ada",` +
      `"last_name":"Smith","email":"ada@mail.example","phone":"+15555551234",` +
      `"message":"Overbite.","guardian_name":"Grace Smith","created_at":"${at}",` +
      `"updated_at":"${at}","location_id":"${scene.location.id}","zip_code":"60601",` +
      `"dob":"1989-05-18"}]`,
  );
});

test('the answer names patient and appointment byte for byte', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);

  const answer = await send(scene, 'POST', '/scheduling/patients', { body: patientBody(id) });

  const { patient_id, appointment_id, appointment_guid } = answer.json();
  assert.equal(
    answer.text,
    `{"message":"appointment scheduled and patient created","patient_id":${patient_id},` +
      `"appointment_id":${appointment_id},"appointment_guid":"${appointment_guid}"}`,
  );
});

for (const [form, write] of [
  ['short string', (id: string) => id],
  ['integer', (id: string) => readId('booking', id) as number],
  ['digits', (id: string) => String(readId('booking', id))],
] as const) {
  test(`a booking may be named by its ${form}`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    await makeAppointment(scene, write(id));

    const [patient] = await readPatients(scene);
    assert.equal(patient?.booking_id, readId('booking', id));
  });
}

const required = ['booking_id', 'first_name', 'last_name', 'phone', 'email', 'zip_code'];
for (const field of required) {
  for (const [what, value] of [
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['a list', ['x']],
  ] as const) {
    test(`${field} is refused when it is ${what}, and named`, async () => {
      const scene = await makeSchedule(app);
      const { id } = await makeBooking(scene, nine);
      const body = { ...patientBody(id), [field]: value } as never;

      const answer = await scene.client.createPatient({ body });

      assert.equal(refusedField(answer), field);
      assert.equal(await countRows(scene, 'scheduling.patient'), 0);
    });
  }
}

for (const field of ['first_name', 'last_name', 'zip_code', 'phone', 'email']) {
  test(`${field} is refused when it is blank`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    const body = { ...patientBody(id), [field]: ' \t ' };
    const answer = await scene.client.createPatient({ body });

    assert.equal(refusedField(answer), field);
  });
}

test('several wrong fields are all named at once', async () => {
  const scene = await makeSchedule(app);

  const answer = await scene.client.createPatient({ body: { email: 'nobody' } as never });

  const { error } = answer as Extract<typeof answer, { ok: false }>;
  const fields = error.errors?.map(({ field }) => field).toSorted();
  assert.deepEqual(fields, required.toSorted());
});

for (const value of [null, '', undefined]) {
  test(`an optional text that is ${JSON.stringify(value)} is not there`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);
    const more = value === undefined ? {} : { guardian_name: value, message: value };

    await makeAppointment(scene, id, { ...more, ...(value === null && { dob: null }) });

    const [patient] = await readPatients(scene);
    assert.deepEqual([patient?.guardian_name, patient?.message, patient?.dob], ['', '', null]);
  });
}

for (const dob of [
  '1989-02-30',
  '18/05/1989',
  '1989',
  '',
  '0000-01-01',
  '1989-05-18T00:00:00Z',
  1989,
]) {
  test(`a date of birth of ${JSON.stringify(dob)} is refused`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    const body = { ...patientBody(id), dob } as never;
    const answer = await scene.client.createPatient({ body });

    assert.equal(refusedField(answer), 'dob');
  });
}

for (const dob of ['1989-05-18', '2024-02-29', '1900-01-01', '2031-05-06']) {
  test(`a date of birth of ${dob} stays that day in every time zone`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    await makeAppointment(scene, id, { dob });

    assert.equal((await readPatients(scene))[0]?.dob, dob);
  });
}

for (const email of [
  'nobody',
  'a@',
  '@b.example',
  'a b@c.example',
  'a@b@c.example',
  `${'a'.repeat(250)}@b.io`,
]) {
  test(`"${email.slice(0, 20)}" is no e-mail address`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    const answer = await scene.client.createPatient({ body: patientBody(id, { email }) });

    assert.equal(refusedField(answer), 'email');
  });
}

const names = {
  'Nguyễn Thị Ánh': 'Vietnamese',
  'Zoë 🦷👩‍👩‍👧': 'emoji',
  'محمد عبد الله': 'right to left',
  "O'Brien-Smith; drop table --": 'quotes',
  王小明: 'Chinese',
  '<script>alert(1)</script>': 'markup',
};
for (const [name, kind] of Object.entries(names)) {
  test(`a name with ${kind} is kept as it is`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    await makeAppointment(scene, id, {
      first_name: name,
      last_name: name,
      message: `${name}\n${name}`,
    });

    const [patient] = await readPatients(scene);
    assert.deepEqual(
      [patient?.first_name, patient?.last_name, patient?.message],
      [name, name, `${name}\n${name}`],
    );
  });
}

for (const [kind, text] of [
  ['a NUL character', 'A\u0000da'],
  ['half of a surrogate pair', 'A\ud800da'],
] as const) {
  for (const field of [
    'first_name',
    'last_name',
    'zip_code',
    'guardian_name',
    'message',
    'phone',
  ]) {
    test(`${field} with ${kind} is refused, and named`, async () => {
      const scene = await makeSchedule(app);
      const { id } = await makeBooking(scene, nine);

      const body = patientBody(id, { [field]: text });
      const answer = await scene.client.createPatient({ body });

      assert.equal(refusedField(answer), field);
    });
  }
}

const longest = {
  first_name: 200,
  last_name: 200,
  zip_code: 20,
  guardian_name: 200,
  message: 10_000,
};
for (const [field, length] of Object.entries(longest)) {
  test(`${field} may have ${length} characters, however many bytes they take, and no more`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);
    const book = (count: number) =>
      scene.client.createPatient({ body: patientBody(id, { [field]: '🦷'.repeat(count) }) });

    const tooLong = await book(length + 1);
    const fits = await book(length);

    assert.equal(refusedField(tooLong), field);
    accepted(fits);
  });
}

test('the events of a booking carry what the API shows, of a patient references only', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const { appointment_guid } = await makeAppointment(scene, id);
  const [patient] = await readPatients(scene);
  const appointments = await scene.client.listAppointments({ params: { id: scene.practice.id } });

  const events = await app.server.platform.database
    .of(scene.organization)
    .reading.rows<{ type: string; subject: string; data: object }>(
      'select type, subject, data from platform.event order by sequence',
    );

  const booking = accepted(await scene.client.getBooking({ params: { id } }));
  const { id: patientId, booking_id, location_id, created_at, updated_at } = patient ?? {};
  const references = { id: patientId, booking_id, location_id, created_at, updated_at };
  assert.deepEqual(events.slice(1), [
    { type: 'booking.updated', subject: id, data: booking },
    { type: 'patient.created', subject: String(patient?.id), data: references },
    { type: 'appointment.created', subject: appointment_guid, data: accepted(appointments)[0] },
  ]);
});
