import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { partOf, propertyOf, readOutbox, startSmtp } from '../../testing/mails.ts';
import { makeAppointment, makeBooking, makeSchedule, type Scene } from '../../testing/scene.ts';

const refusals = new Map<string, number[]>();
const smtp = await startSmtp(refusals);
const app = await startServer({ SMTP_URL: smtp.url, HEDDLE_MAIL_FROM: 'Acme <acme@mail.example>' });
app.clock.set('2031-05-06T12:00:00Z');
after(() => smtp.close());

const deliveriesTo = (address: string) =>
  smtp.deliveries.filter(({ recipient }) => recipient === address);

/** An appointment of a patient with that address, at a practice with an address of its own. */
async function makeOne(patient: string): Promise<Scene & { guid: string; desk: string }> {
  const desk = patient.replace('@', '.desk@');
  const scene = await makeSchedule(app, { email: desk });
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  const { appointment_guid } = await makeAppointment(scene, id, { email: patient });
  return { ...scene, guid: appointment_guid, desk };
}

// Each waits for a job or two: together they take no longer than one.
describe('a mail', { concurrency: true }, () => {
  test('comes from the sender of all mails, and is answered to the practice', async () => {
    const scene = await makeOne('answers@mail.example');

    await readOutbox(scene, 2, ({ sent_at }) => sent_at !== null);

    const [toPatient] = deliveriesTo('answers@mail.example');
    const [toPractice] = deliveriesTo(scene.desk);
    assert.match(toPatient?.text ?? '', /^Reply-To: answers\.desk@mail\.example\r$/m);
    assert.match(toPractice?.text ?? '', /^Reply-To: answers@mail\.example\r$/m);
    assert.match(partOf(toPractice?.text ?? '', 'text/calendar')?.header ?? '', /method=PUBLISH/i);
  });

  test('arrives, once, with text and the invitation', async () => {
    const scene = await makeOne('arrives@mail.example');

    const mails = await readOutbox(scene, 2, ({ sent_at }) => sent_at !== null);

    assert.equal(mails[0]?.failed_at, null);
    const [delivery, ...more] = deliveriesTo('arrives@mail.example');
    assert.equal(more.length, 0);
    assert.equal(deliveriesTo(scene.desk).length, 1);
    const mail = delivery?.text as string;
    assert.match(mail, /^From: Acme <acme@mail\.example>\r$/m);
    assert.match(mail, /^To: arrives@mail\.example\r$/m);
    assert.match(partOf(mail, 'text/plain')?.text ?? '', /Your appointment/);
    const calendar = partOf(mail, 'text/calendar');
    assert.match(calendar?.header ?? '', /method=REQUEST/i);
    assert.equal(propertyOf(calendar?.text ?? '', 'UID'), `${scene.guid}@heddle`);
  });

  test('about a cancellation arrives as one that calendars understand', async () => {
    const scene = await makeOne('cancels@mail.example');
    await readOutbox(scene, 2, ({ sent_at }) => sent_at !== null);

    await scene.client.cancelAppointment({ params: { id: scene.guid } });

    await readOutbox(scene, 4, ({ sent_at }) => sent_at !== null);

    const parts = deliveriesTo('cancels@mail.example').map(({ text }) =>
      partOf(text, 'text/calendar'),
    );
    const cancellation = parts.find((part) => part?.header.includes('CANCEL'));
    assert.equal(parts.length, 2);
    assert.equal(propertyOf(cancellation?.text ?? '', 'METHOD'), 'CANCEL');
    assert.equal(propertyOf(cancellation?.text ?? '', 'UID'), `${scene.guid}@heddle`);
  });

  test('that the server did not take at first is sent exactly once in the end', async () => {
    refusals.set('later@mail.example', [451]);

    const scene = await makeOne('later@mail.example');

    const mails = await readOutbox(scene, 2, ({ sent_at }) => sent_at !== null);
    assert.equal(smtp.attempts.get('later@mail.example'), 2);
    assert.equal(deliveriesTo('later@mail.example').length, 1);
    assert.equal(deliveriesTo(scene.desk).length, 1);
    assert.deepEqual(
      mails.map(({ failure }) => failure),
      [null, null],
    );
  });

  test('that is refused for good is marked and not tried again', async () => {
    refusals.set('nobody@mail.example', [550]);

    const scene = await makeOne('nobody@mail.example');

    const mails = await readOutbox(scene, 2, (mail) => !!(mail.sent_at ?? mail.failed_at));
    const [toPatient, toPractice] = mails;
    assert.deepEqual([toPatient?.failure, toPatient?.sent_at], ['SMTP 550', null]);
    assert.ok(toPatient?.failed_at);
    assert.ok(toPractice?.sent_at);
    await until('all jobs are done', async () => {
      const left = await app.server.platform.database.system.reading.rows(
        "select from pgboss.job where name = 'mail.send' and state <> 'completed'",
      );
      return left.length === 0 ? true : undefined;
    });
    assert.equal(smtp.attempts.get('nobody@mail.example'), 1);
  });
});
