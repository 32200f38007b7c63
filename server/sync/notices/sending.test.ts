import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { openChannel, visit } from '../../messaging/testing/website.ts';
import { until } from '../../runtime/testing/until.ts';
import { readOutbox, startSmtp } from '../../scheduling/testing/mails.ts';
import { startServer } from '../../testing/server.ts';
import { makeSlack } from '../connectors/slack/testing/place.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';
import type { Notice } from './notice.ts';
import { sendNotice } from './sending.ts';
import { connectSlack, noticeServices } from './testing/scene.ts';
import { escapeFor } from './words.ts';

const refusals = new Map<string, number[]>();
const smtp = await startSmtp(refusals);
after(() => smtp.close());
const app = await startServer({ SMTP_URL: smtp.url });
const services = noticeServices(app);
const { signal } = new AbortController();
const scene = await makeSyncScene(app);
const { organization } = scene;

const send = (notice: Notice, message: string, key: string = randomUUID()) =>
  sendNotice(services, organization, notice, { message, key }, signal);

test('a notice becomes one thread, however often and by whomever it is sent under its key', async () => {
  const ann = await visit(app, organization, { name: 'Ann' });
  const channel = await openChannel(ann, 'front-desk');
  const connection_id = await connectOwn(scene, 'messaging', 'Reception');
  const notice = { channel: 'threads', connection_id, to: '#Front-Desk' } as const;

  const sent = await Promise.all([1, 2, 3].map(() => send(notice, 'A new appointment', 'run 1')));
  const byId = await send({ ...notice, to: channel }, 'Another', 'run 2');

  assert.equal(new Set(sent.map(({ id }) => id)).size, 1);
  assert.notEqual(byId.id, sent[0]?.id);
  const nowhere = send({ ...notice, to: 'nowhere' }, 'Hello');
  await assert.rejects(nowhere, { kind: 'request', message: /channel/i });
  await scene.client.deleteConnection({ params: { connection: connection_id } });
  await assert.rejects(send(notice, 'Late'), { kind: 'configuration', message: /is gone/ });
});

test('Slack is told once, and what a record holds calls nobody there', async () => {
  const slack = await makeSlack({ records: 0 });
  const connection_id = await connectSlack(scene, slack);
  const notice = { channel: 'slack', connection_id, to: 'general' } as const;
  const value = escapeFor('slack')('<!channel> & <@U000000001> <https://evil.example|Pay here>');
  slack.hook = ({ method }) => (method === 'chat.postMessage' ? { isLost: true } : undefined);

  await assert.rejects(send(notice, `*New:* ${value}`, 'run 3'), { kind: 'retry' });
  slack.hook = undefined;
  const { id } = await send(notice, `*New:* ${value}`, 'run 3');

  const [message, ...more] = slack.workspace.channel('general').messages;
  assert.deepEqual([message?.ts, more.length], [id, 0]);
  assert.equal(
    message?.text,
    '*New:* &lt;!channel&gt; &amp; &lt;@U000000001&gt; &lt;https://evil.example|Pay here&gt;',
  );
});

test('an outage of Slack keeps nobody waiting longer than half a minute', async () => {
  const slack = await makeSlack({ records: 0 });
  const connection_id = await connectSlack(scene, slack);
  const notice = { channel: 'slack', connection_id, to: 'C0000000GEN' } as const;
  await slack.end();

  await assert.rejects(send(notice, 'Hello'), { kind: 'retry' });
});

test('a mail goes once to each address, and again where the mail server did not take it', async () => {
  refusals.set('later@mail.example', [451]);
  const to = 'first@mail.example, later@mail.example; First@mail.example';
  const notice = { channel: 'email', connection_id: null, to } as const;
  const words = { message: 'A sync failed.\n\nLook at it.', subject: 'Sync\r\nBcc: x@y.example' };

  for (const _ of [1, 2]) {
    await sendNotice(services, organization, notice, { ...words, key: 'run 4' }, signal);
  }

  const mails = await readOutbox({ app, organization }, 2, ({ sent_at }) => sent_at !== null);
  assert.equal(mails.length, 2);
  await until('both are there', async () => smtp.deliveries.length >= 2);
  for (const { text } of smtp.deliveries) {
    assert.match(text, /^Subject: Sync Bcc: x@y\.example\r$/m);
    assert.match(text, /A sync failed\.\r\n\r\nLook at it\./);
  }
  const nobody = { ...notice, to: 'someone' };
  await assert.rejects(send(nobody, 'Hello'), { kind: 'request', message: /number 1 is none/ });
});

test('a webhook gets a notice as one delivery, whatever it listens to', async () => {
  const body = { url: 'https://partner.example/in', events: ['sync.completed'] };
  const { id: to } = bodyOf(await scene.client.createWebhook({ body }));
  const notice = { channel: 'webhook', connection_id: null, to } as const;

  const sent = [await send(notice, 'Hello', 'run 5'), await send(notice, 'Hello', 'run 5')];

  const params = { webhook: to };
  const deliveries = bodyOf(await scene.client.listDeliveries({ params }));
  assert.deepEqual(
    deliveries.map(({ id, type }) => [id, type]),
    [[sent[0]?.id, 'notice.sent']],
  );
  assert.equal(sent[1]?.id, sent[0]?.id);
  bodyOf(await scene.client.patchWebhook({ params, body: { enabled: false } }));
  await assert.rejects(send(notice, 'Hello'), { kind: 'configuration', message: /is disabled/ });
  await assert.rejects(send({ ...notice, to: 'whk_1' }, 'Hello'), { kind: 'configuration' });
});

test('without words nothing is sent', async () => {
  const notice = { channel: 'email', connection_id: null, to: 'a@mail.example' } as const;

  await assert.rejects(send(notice, ' \n'), { kind: 'request', message: /empty/ });
});
