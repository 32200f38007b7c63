import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../testing/server.ts';
import { accepted, refusedField } from './testing/answers.ts';
import { makeAppointment, makeBooking, makeSchedule, patientBody } from './testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
app.clock.set('2031-05-06T12:00:00Z');
const nine = '2031-05-07T09:00:00';

const kept = [
  ['US', 'America/Chicago', '555 555 1234', '+15555551234'],
  ['US', 'America/Chicago', '(312) 555-0123', '+13125550123'],
  ['US', 'America/Chicago', '+44 20 7946 0018', '+442079460018'],
  ['US', 'America/Chicago', '1-312-555-0123', '+13125550123'],
  ['US', 'America/Chicago', '312.555.0123 ext. 9', '+13125550123'],
  ['GB', 'Europe/London', '020 7946 0018', '+442079460018'],
  ['DE', 'Europe/Berlin', '030 901820', '+4930901820'],
  ['VN', 'Asia/Ho_Chi_Minh', '091 234 56 78', '+84912345678'],
  [null, 'Europe/London', '020 7946 0018', '+442079460018'],
  [null, 'Australia/Sydney', '02 5550 1234', '+61255501234'],
  [null, 'America/Toronto', '416 555 0123', '+14165550123'],
  [null, 'UTC', '312 555 0123', '+13125550123'],
  ['GB', 'America/Chicago', '020 7946 0018', '+442079460018'],
] as const;
for (const [country, timezone, phone, e164] of kept) {
  test(`${phone} at a practice in ${country ?? timezone} is ${e164}`, async () => {
    const scene = await makeSchedule(app, { country, locations: [{ name: 'Main', timezone }] });
    const { id } = await makeBooking(scene, nine);

    await makeAppointment(scene, id, { phone });

    const answer = await scene.client.listPatients({ params: { id: scene.practice.id } });
    assert.equal(accepted(answer)[0]?.phone, e164);
  });
}

test('the country of a practice is that of its first location', async () => {
  const locations = [
    { name: 'London', timezone: 'Europe/London' },
    { name: 'Chicago', timezone: 'America/Chicago' },
  ];
  const scene = await makeSchedule(app, { country: null, locations });
  const { id } = await makeBooking({ ...scene, location: scene.annex }, nine);

  await makeAppointment(scene, id, { phone: '020 7946 0018' });

  const answer = await scene.client.listPatients({ params: { id: scene.practice.id } });
  assert.equal(accepted(answer)[0]?.phone, '+442079460018');
});

for (const phone of [
  '12',
  'call me',
  '555 555 12345 6789 0123',
  '+999 12 345',
  '5'.repeat(51),
  '٥',
]) {
  test(`${phone.slice(0, 25)} is no phone number`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    const answer = await scene.client.createPatient({ body: patientBody(id, { phone }) });

    assert.equal(refusedField(answer), 'phone');
    const booking = await scene.client.getBooking({ params: { id } });
    assert.equal(accepted(booking).status, 'open');
  });
}

const extended = {
  '312.555.0123 ext. 9': '9',
  '(312) 555-0123 x1234': '1234',
  '+1 312 555 0123;ext=007': '007',
  '312 555 0123 extension 42': '42',
  '312 555 0123': undefined,
};
for (const [phone, extension] of Object.entries(extended)) {
  test(`of ${phone} the extension is ${extension ?? 'not there'}`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    await makeAppointment(scene, id, { phone });

    const answer = await scene.client.listPatients({ params: { id: scene.practice.id } });
    const [patient] = accepted(answer);
    assert.equal(patient?.phone, '+13125550123');
    assert.equal(patient?.phone_extension, extension);
  });
}
