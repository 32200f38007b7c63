import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';
import { answering, openSink } from './testing/sink.ts';
import { alertTimes, makeWebhook, untilDelivered } from './testing/telling.ts';

const app = await startServer();

/** As the document has it. */
function verifyWebhook(payload: string, signature: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(payload).digest('hex');
  return timingSafeEqual(Buffer.from(signature), Buffer.from(expected));
}

const textOf = (header: string | string[] | undefined) => String(header ?? '');

test('what happens is told, in order, signed as the document and as Standard Webhooks check it', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink();
  const headers = { Authorization: 'Bearer partner' };
  const webhook = await makeWebhook(scene, sink.url, { headers });
  const message = 'é \u2028 😀 "quoted" \\';

  const ids = await alertTimes(app, scene.organization, 30, message);
  const deliveries = await untilDelivered(scene, webhook.id, 30, 'succeeded');

  assert.deepEqual(
    sink.received.map(({ body }) => body.data.sync_id),
    ids,
  );
  for (const { raw, body, headers, path } of sink.received) {
    assert.equal(path, '/hook');
    assert.equal(headers.authorization, 'Bearer partner');
    assert.match(body.id, /^evt_[0-9a-f]{32}$/);
    assert.equal(body.data.message, message);
    const text = raw.toString();
    assert.ok(verifyWebhook(text, textOf(headers['x-threadsync-signature']), webhook.secret));
    const verified = new Webhook(webhook.secret).verify(text, headers as Record<string, string>);
    assert.deepEqual(verified, body);
    assert.equal(headers['webhook-id'], body.id);
    assert.equal(headers['x-threadsync-signature-next'], undefined);
  }
  const [first] = deliveries;
  assert.equal(first?.event_id, sink.received[0]?.body.id);
  assert.equal(first?.attempts.length, 1);
  assert.equal(first?.attempts[0]?.status, 204);
  assert.equal(first?.next_attempt_at, null);
});

test('of many, each is told once, in their order, and what fails in between comes again', async () => {
  const scene = await makeSyncScene(app);
  const failing = 150;
  const sink = await openSink((response, { body }) => {
    const times = sink.received.filter((one) => one.body.id === body.id).length;
    response.writeHead(sink.received.length === failing && times === 1 ? 500 : 204).end();
  });
  const webhook = await makeWebhook(scene, sink.url);

  const ids = await alertTimes(app, scene.organization, 350);
  await untilDelivered(scene, webhook.id, 349, 'succeeded');
  app.clock.advance({ seconds: 10 });
  await untilDelivered(scene, webhook.id, 350, 'succeeded');

  const told = sink.received.map(({ body }) => body.data.sync_id);
  assert.deepEqual(told, [...ids, ids[failing - 1]]);
});

test('only what is asked for is told, and nothing of another organization', async () => {
  const scene = await makeSyncScene(app);
  const other = await makeSyncScene(app);
  const [all, none, theirs] = [await openSink(), await openSink(), await openSink()];
  const webhook = await makeWebhook(scene, all.url, { events: ['sync.*'] });
  await makeWebhook(scene, none.url, { events: ['sync.failed', 'connection.*'] });
  await makeWebhook(scene, none.url, { enabled: false });
  await makeWebhook(other, theirs.url);

  const [id] = await alertTimes(app, scene.organization, 1);
  await untilDelivered(scene, webhook.id, 1, 'succeeded');

  assert.deepEqual(
    all.received.map(({ body }) => body.data.sync_id),
    [id],
  );
  assert.deepEqual([none.received, theirs.received], [[], []]);
});

test('after a rotation both secrets hold for a day', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink();
  const { id: webhook, secret: old } = await makeWebhook(scene, sink.url);

  const { secret } = bodyOf(await scene.client.rotateSecret({ params: { webhook }, body: {} }));
  await alertTimes(app, scene.organization, 1);
  await untilDelivered(scene, webhook, 1, 'succeeded');
  app.clock.advance({ hours: 24, seconds: 1 });
  await alertTimes(app, scene.organization, 1);
  await untilDelivered(scene, webhook, 2, 'succeeded');

  const [during, later] = sink.received.map(({ headers, raw }) => ({
    by: (which: string, one: string) => verifyWebhook(raw.toString(), textOf(headers[which]), one),
    signatures: textOf(headers['webhook-signature']).split(' ').length,
    next: headers['x-threadsync-signature-next'],
  }));
  assert.ok(during?.by('x-threadsync-signature', old));
  assert.ok(during?.by('x-threadsync-signature-next', secret));
  assert.equal(during?.signatures, 2);
  assert.ok(later?.by('x-threadsync-signature', secret));
  assert.deepEqual([later?.signatures, later?.next], [1, undefined]);
});

test('a test goes out whatever is told otherwise, and a delivery is sent again as it was', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink();
  const { id: webhook } = await makeWebhook(scene, sink.url, { events: ['record.created'] });

  const { id: delivery } = bodyOf(await scene.client.testWebhook({ params: { webhook } }));
  await untilDelivered(scene, webhook, 1, 'succeeded');
  const replayed = await scene.client.replayDelivery({ params: { webhook, delivery } });
  await until('it came again', () => sink.received.length === 2);
  const shown = await until('it is stored', async () => {
    const one = bodyOf(await scene.client.getDelivery({ params: { webhook, delivery } }));
    return one.status === 'succeeded' && one.attempts.length === 2 && one;
  });

  const [first, again] = sink.received;
  assert.equal(replayed.status, 202);
  assert.equal(first?.body.type, 'webhook.test');
  assert.deepEqual(again?.raw, first?.raw);
  assert.equal(again?.headers['webhook-id'], first?.headers['webhook-id']);
  assert.equal(shown.event_id, first?.body.id);
});

test('a delivery shows what was sent, without secrets, as long as that is kept', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink();
  const headers = { Authorization: 'Bearer partner', 'X-Tenant': 'lakeview' };
  const { id: webhook, secret } = await makeWebhook(scene, sink.url, { headers });
  const { id: delivery } = bodyOf(await scene.client.testWebhook({ params: { webhook } }));
  const get = async () => bodyOf(await scene.client.getDelivery({ params: { webhook, delivery } }));
  await untilDelivered(scene, webhook, 1, 'succeeded');

  const shown = await get();
  const { database } = app.server.platform;
  await database
    .of(scene.organization)
    .transaction((tx) => tx.rows('delete from sync.webhook_event where id = $1', [shown.event_id]));
  const later = await get();

  const [sent] = sink.received;
  const { request } = shown;
  assert.deepEqual([request?.method, request?.url], ['POST', sink.url]);
  assert.equal(request?.body, sent?.raw.toString());
  for (const [name, value] of Object.entries(request?.headers ?? {})) {
    assert.ok(name in (sent?.headers ?? {}), name);
    if (value !== null) assert.equal(value, sent?.headers[name]);
  }
  assert.equal(request?.headers['webhook-id'], shown.event_id);
  assert.equal(request?.headers['x-tenant'], null);
  assert.ok('x-threadsync-signature' in (request?.headers ?? {}));
  for (const hidden of ['Bearer partner', 'lakeview', secret]) {
    assert.ok(!JSON.stringify(shown).includes(hidden), hidden);
  }
  assert.equal(later.request, null);
});

test('nothing is due while a webhook is disabled', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink();
  const { id: webhook } = await makeWebhook(scene, sink.url, { enabled: false });

  const tested = bodyOf(await scene.client.testWebhook({ params: { webhook } }));
  const [waiting] = bodyOf(await scene.client.listDeliveries({ params: { webhook } }));
  await scene.client.patchWebhook({ params: { webhook }, body: { enabled: true } });
  await untilDelivered(scene, webhook, 1, 'succeeded');

  for (const one of [tested, waiting]) {
    assert.deepEqual([one?.status, one?.next_attempt_at], ['pending', null]);
  }
  assert.equal(sink.received.length, 1);
});

test('what failed is recovered, and what has succeeded only when that is asked for', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink(answering(410));
  const { id: webhook } = await makeWebhook(scene, sink.url, { max_in_flight: 2 });
  const params = { webhook };
  const since = app.clock.now().toISOString();
  await alertTimes(app, scene.organization, 1);
  await untilDelivered(scene, webhook, 1, 'failed');

  sink.answer = answering(200);
  await scene.client.patchWebhook({ params, body: { enabled: true } });
  const recover = (failed_only?: boolean) =>
    scene.client.recoverDeliveries({ params, body: { since, failed_only: failed_only ?? null } });
  const first = bodyOf(await recover());
  await untilDelivered(scene, webhook, 1, 'succeeded');
  const again = bodyOf(await recover());
  const all = bodyOf(await recover(false));
  await until('it came once more', () => sink.received.length === 3);

  assert.deepEqual(
    [first, again, all].map(({ recovered }) => recovered),
    [1, 0, 1],
  );
  assert.equal(new Set(sink.received.map(({ raw }) => raw.toString())).size, 1);
});

test('of receivers that answer much no more is kept at once than fits: what there is, is stored first', async () => {
  const scene = await makeSyncScene(app);
  const held = 60;
  const much = 'x'.repeat(65_536);
  let letGo = () => {};
  const sink = await openSink((response) => {
    const answer = () => void response.writeHead(200).end(much);
    if (sink.received.length === held) letGo = answer;
    else answer();
  });
  const webhook = await makeWebhook(scene, sink.url);

  await alertTimes(app, scene.organization, 100);
  await until('one is not answered', () => sink.received.length === held);
  const waiting = sink.received.at(-1)!.body.id;
  const stored = await untilDelivered(scene, webhook.id, 10, 'succeeded');
  const all = bodyOf(
    await scene.client.listDeliveries({ params: { webhook: webhook.id }, query: { limit: 1_000 } }),
  );
  letGo();
  await untilDelivered(scene, webhook.id, 100, 'succeeded');

  assert.ok(stored.length < held);
  assert.deepEqual(all.find(({ event_id }) => event_id === waiting)?.attempts, []);
  assert.equal(new Set(sink.received.map(({ body }) => body.id)).size, 100);
});
