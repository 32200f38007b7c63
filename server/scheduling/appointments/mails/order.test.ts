import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { accepted } from '../../testing/answers.ts';
import { partOf, readOutbox, startSmtp } from '../../testing/mails.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../testing/scene.ts';

const refusals = new Map<string, number[]>();
const pauses = new Map<string, Promise<void>>();
const smtp = await startSmtp(refusals, { pauses });
const app = await startServer({ SMTP_URL: smtp.url });
// Another worker: what one hands over slowly, the other may overtake.
await app.another();
app.clock.set('2031-05-06T12:00:00Z');
after(() => smtp.close());

/** The methods of the calendar entries that reached an address, in the order in which they came. */
const methodsTo = (address: string) =>
  smtp.deliveries
    .filter(({ recipient }) => recipient === address)
    .map(({ text }) => /method=(\w+)/i.exec(partOf(text, 'text/calendar')?.header ?? '')?.[1]);

const settled = ({ sent_at, failed_at }: { sent_at: Date | null; failed_at: Date | null }) =>
  !!(sent_at ?? failed_at);

const nine = '2031-05-07T09:00:00-05:00';

describe('mails of one appointment', { concurrency: true }, () => {
  test('go one after the other, also while the mail server takes its time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    pauses.set('slow@mail.example', promise);
    const scene = await makeSchedule(app, { email: 'slow.desk@mail.example' });
    const { id } = await makeBooking(scene, nine);
    const { appointment_guid } = await makeAppointment(scene, id, { email: 'slow@mail.example' });
    await until('the confirmation is under way', async () =>
      smtp.attempts.get('slow@mail.example') === 1 ? true : undefined,
    );
    // Else the cancellation takes its place.
    await until('the practice has its confirmation', async () =>
      methodsTo('slow.desk@mail.example').length === 1 ? true : undefined,
    );

    accepted(await scene.client.cancelAppointment({ params: { id: appointment_guid } }));
    await until('the practice has heard of the cancellation', async () =>
      methodsTo('slow.desk@mail.example').length === 2 ? true : undefined,
    );
    const attempts = smtp.attempts.get('slow@mail.example');
    resolve();

    await readOutbox(scene, 4, ({ sent_at }) => sent_at !== null);
    assert.equal(attempts, 1);
    assert.deepEqual(methodsTo('slow@mail.example'), ['REQUEST', 'CANCEL']);
  });

  test('that wait are not sent once the appointment is cancelled', async () => {
    refusals.set('away@mail.example', Array(20).fill(451));
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, nine);
    const { appointment_guid } = await makeAppointment(scene, id, { email: 'away@mail.example' });
    await until('the confirmation was put off', async () =>
      smtp.attempts.get('away@mail.example') ? true : undefined,
    );

    accepted(await scene.client.cancelAppointment({ params: { id: appointment_guid } }));
    refusals.delete('away@mail.example');

    const mails = await readOutbox(scene, 4, settled);
    assert.deepEqual(methodsTo('away@mail.example'), ['CANCEL']);
    assert.equal(mails[0]?.failure, 'withdrawn');
  });

  test('confirm nothing after a cancellation, whenever that comes', async () => {
    const scene = await makeSchedule(app);
    const patients = Array.from({ length: 30 }, (_, number) => `order${number}@mail.example`);

    await Promise.all(patients.map(bookAndCancel));

    await until('every patient knows', async () =>
      patients.every((email) => methodsTo(email).includes('CANCEL')) ? true : undefined,
    );
    for (const email of patients) {
      const methods = methodsTo(email);
      assert.equal(methods.indexOf('CANCEL'), methods.length - 1, methods.join());
    }

    async function bookAndCancel(email: string, number: number): Promise<void> {
      const day = String(1 + (number % 28)).padStart(2, '0');
      const start = `2031-0${6 + Math.floor(number / 28)}-${day}T09:00:00-05:00`;
      const { id } = await makeBooking(scene, start);
      const { appointment_guid } = await makeAppointment(scene, id, { email });
      // Some are cancelled before anybody was told, some while they are, some after.
      if (number % 3 > 0) await readOutbox(scene, number * 2 - 20);
      accepted(await scene.client.cancelAppointment({ params: { id: appointment_guid } }));
    }
  });
});
