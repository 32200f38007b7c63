import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { readOutbox, startSmtp } from '../../testing/mails.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../testing/scene.ts';

const settled = ({ sent_at, failed_at }: { sent_at: Date | null; failed_at: Date | null }) =>
  !!(sent_at ?? failed_at);

for (const hideSMTPUTF8 of [false, true]) {
  const kind = hideSMTPUTF8 ? 'knows ASCII only' : 'speaks UTF-8';
  const smtp = await startSmtp(new Map(), { hideSMTPUTF8 });
  const app = await startServer({ SMTP_URL: smtp.url });
  app.clock.set('2031-05-06T12:00:00Z');
  after(() => smtp.close());

  const mailsTo = async (email: string) => {
    const scene = await makeSchedule(app);
    const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
    await makeAppointment(scene, id, { email });
    return readOutbox(scene, 2, settled);
  };
  const headersTo = (address: string) =>
    smtp.deliveries.filter(({ recipient }) => recipient === address).map(({ text }) => text);

  test(`an international domain is reached through a server that ${kind}`, async () => {
    const mails = await mailsTo('user@münchen.de');

    assert.deepEqual(
      mails.map(({ failure }) => failure),
      [null, null],
    );
    const [mail] = [...headersTo('user@münchen.de'), ...headersTo('user@xn--mnchen-3ya.de')];
    assert.match(mail ?? '', /^To: user@xn--mnchen-3ya\.de\r$/m);
  });

  test(`what stands before the @ in other letters, where the server ${kind}`, async () => {
    const [toPatient, toPractice] = await mailsTo('jörg@mail.example');

    const failure = hideSMTPUTF8 ? 'the mail server takes no such address (SMTPUTF8)' : null;
    assert.equal(toPatient?.failure, failure);
    assert.equal(headersTo('jörg@mail.example').length, hideSMTPUTF8 ? 0 : 1);
    assert.ok(toPractice?.sent_at);
    const desk = headersTo('desk@acme.example').at(-1) ?? '';
    assert.doesNotMatch(desk.slice(0, desk.indexOf('\r\n\r\n')), /[^\0-\x7f]/);
  });
}
