import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { queueMails } from '../../../platform/mail/mail.ts';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { readOutbox, startSmtp } from '../../testing/mails.ts';
import { makeSchedule } from '../../testing/scene.ts';

const pauses = new Map<string, Promise<void>>();
const smtp = await startSmtp(new Map(), { pauses });
const app = await startServer({ SMTP_URL: smtp.url });
after(() => smtp.close());

test('recipients whose mail is taken slowly keep nobody else waiting, in the batch or after it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = ['one', 'two', 'three'].map((name) => `slow.${name}@mail.example`);
  const quick = Array.from({ length: 70 }, (_, number) => `quick.${number}@mail.example`);
  for (const recipient of slow) pauses.set(recipient, promise);
  const scene = await makeSchedule(app);
  const { platform, jobs } = app.server;
  const mails = [...slow, ...quick].map((recipient) => ({
    key: recipient,
    recipient,
    subject: 'Hello',
    body: 'Hello.',
  }));

  await platform.database
    .of(scene.organization)
    .transaction((tx) => queueMails(tx, jobs.enqueue, scene.organization, mails, app.clock.now()));
  await until('everybody else has it', async () =>
    smtp.deliveries.length >= quick.length ? true : undefined,
  );
  const meanwhile = smtp.deliveries.map(({ recipient }) => recipient);
  resolve();
  await readOutbox(scene, mails.length, ({ sent_at }) => sent_at !== null);

  assert.deepEqual(meanwhile.toSorted(), quick.toSorted());
  assert.equal(smtp.deliveries.length, mails.length);
});
