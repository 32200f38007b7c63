import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { accepted, refusedField } from '../testing/answers.ts';
import { makeAppointment, makeBooking, makeSchedule, patientBody } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const nine = '2031-05-07T09:00:00-05:00';
beforeEach(() => app.clock.set('2031-05-06T12:00:00Z'));

for (const email of ['user@münchen.de', 'jörg@bücher.example', '用户@例子.广告']) {
  test(`${email} is an e-mail address`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    await makeAppointment(scene, id, { email });

    const answer = await scene.client.listPatients({ params: { id: scene.practice.id } });
    assert.equal(accepted(answer)[0]?.email, email);
  });
}

const unseen = ['\u200b', '\u2060\ufeff', '\u3164', '\u00ad', '\u2800', '\u202e', ' \u200d '];
for (const text of unseen) {
  test(`${JSON.stringify(text)} is no name, since nobody can see it`, async () => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);

    for (const field of ['first_name', 'last_name']) {
      const body = patientBody(id, { [field]: text });
      assert.equal(refusedField(await scene.client.createPatient({ body })), field);
    }
  });
}

test('a date of birth is not in the future, by the clock of the location', async () => {
  app.clock.set('2031-05-06T03:00:00Z');
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, nine);
  const book = (dob: string) => scene.client.createPatient({ body: patientBody(id, { dob }) });

  assert.equal(refusedField(await book('2031-05-06')), 'dob');
  assert.equal(refusedField(await book('9999-12-31')), 'dob');
  accepted(await book('2031-05-05'));
});
