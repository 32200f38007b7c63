import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';
import { answering, openSink } from './testing/sink.ts';
import { alertTimes, makeWebhook, untilDelivered } from './testing/telling.ts';

const app = await startServer();
const redirected = await openSink();

/** What comes of the first attempt at a receiver. */
async function firstAttempt(url: string) {
  const scene = await makeSyncScene(app);
  const { id: webhook } = await makeWebhook(scene, url);
  await alertTimes(app, scene.organization, 1);
  return until('it was tried', async () => {
    const [delivery] = bodyOf(await scene.client.listDeliveries({ params: { webhook } }));
    const [attempt] = delivery?.attempts ?? [];
    return delivery && attempt && { ...delivery, attempt, scene, webhook };
  });
}

test('what is answered with a failure is tried again, and what was answered is shown', async () => {
  const sink = await openSink(answering(500, {}, 'no é'));

  const { status, attempt, next_attempt_at, scene, webhook } = await firstAttempt(sink.url);
  sink.answer = answering(200, {}, 'yes');
  app.clock.advance({ seconds: 7 });
  const [delivery] = await untilDelivered(scene, webhook, 1, 'succeeded');

  assert.equal(status, 'pending');
  assert.deepEqual([attempt.status, attempt.response], [500, 'no é']);
  assert.match(attempt.error ?? '', /500/);
  const pause = new Date(next_attempt_at ?? 0).getTime() - new Date(attempt.at).getTime();
  assert.ok(pause >= 5_000 && pause < 60_000);
  assert.deepEqual(
    delivery?.attempts.map((one) => one.response),
    ['no é', 'yes'],
  );
  const [first, second] = sink.received;
  assert.deepEqual(first?.raw, second?.raw);
  assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id']);
});

test('a redirect is a failure, wherever it leads', async () => {
  const places = [redirected.url, 'http://169.254.169.254/latest/meta-data/'];

  for (const location of places) {
    const sink = await openSink(answering(302, { location }));
    const { attempt } = await firstAttempt(sink.url);
    assert.equal(attempt.status, 302);
    assert.match(attempt.error ?? '', /redirects are not followed/);
  }
  assert.deepEqual(redirected.received, []);
});

test('a connection that is refused, or breaks, is a failure that says so', async () => {
  const sink = await openSink((_, __, request) => request.socket.resetAndDestroy());

  const broken = await firstAttempt(sink.url);
  const refused = await firstAttempt('http://127.0.0.1:1/hook');

  assert.match(broken.attempt.error ?? '', /closed before an answer/);
  assert.match(refused.attempt.error ?? '', /refused/);
  assert.deepEqual([broken.attempt.status, broken.attempt.response], [null, null]);
});

test('a certificate that nobody vouches for is a failure', async () => {
  const folder = join(import.meta.dirname, '../../runtime/testing');
  const [cert, key] = ['localhost.crt.pem', 'localhost.key.pem'].map((name) =>
    readFileSync(join(folder, name)),
  );
  const server = createServer({ cert, key }, (_, response) => response.end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  after(() => void server.close());
  const { port } = server.address() as AddressInfo;

  const { attempt } = await firstAttempt(`https://127.0.0.1:${port}/hook`);

  assert.match(attempt.error ?? '', /certificate/);
});

test('an answer without end is cut off after its beginning', async () => {
  let isClosed = false;
  const sink = await openSink((response) => {
    const chunk = Buffer.alloc(16_384, 'x');
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pour).on('close', () => {
      isClosed = true;
    });
    response.writeHead(200);
    pour();
  });

  const { status, attempt } = await firstAttempt(sink.url);
  await until('the connection is closed', () => isClosed);

  assert.equal(status, 'succeeded');
  assert.equal(attempt.response, 'x'.repeat(65_536));
});

test('429 with Retry-After is tried again after that, and says nothing against the receiver', async () => {
  const sink = await openSink(answering(429, { 'retry-after': '20' }));

  const { attempt, next_attempt_at, scene, webhook } = await firstAttempt(sink.url);
  const before = bodyOf(await scene.client.getWebhook({ params: { webhook } }));
  sink.answer = answering(200);
  app.clock.advance({ seconds: 30 });
  await untilDelivered(scene, webhook, 1, 'succeeded');

  const pause = new Date(next_attempt_at ?? 0).getTime() - new Date(attempt.at).getTime();
  assert.ok(pause >= 20_000 && pause < 80_000);
  assert.equal(before.failing_since, null);
});

test('a date in Retry-After is waited for', async () => {
  const wanted = Math.floor(app.clock.now().getTime() / 1_000) * 1_000 + 3_600_000;
  const header = { 'retry-after': new Date(wanted).toUTCString() };
  const sink = await openSink(answering(503, header));

  const { next_attempt_at, scene, webhook } = await firstAttempt(sink.url);
  sink.answer = answering(200);
  app.clock.advance({ hours: 1, minutes: 13 });
  await untilDelivered(scene, webhook, 1, 'succeeded');

  const later = new Date(next_attempt_at ?? 0).getTime() - wanted;
  assert.ok(later >= 0 && later <= 0.2 * 3_600_000, `${later} ms`);
});

test('a receiver that says nothing for 15 seconds is given up, and asked again', async () => {
  const sink = await openSink(() => undefined);

  const { status, attempt, scene, webhook } = await firstAttempt(sink.url);
  sink.answer = answering(204);
  app.clock.advance({ seconds: 7 });
  await untilDelivered(scene, webhook, 1, 'succeeded');

  assert.deepEqual([status, attempt.status], ['pending', null]);
  assert.match(attempt.error ?? '', /No answer came within 15 seconds/);
  assert.ok((attempt.duration_ms ?? 0) >= 15_000);
});

test('410 disables at once, says so to whoever follows that, and what waits is kept', async () => {
  const scene = await makeSyncScene(app);
  const [sink, told] = [await openSink(answering(410)), await openSink()];
  const { id: webhook } = await makeWebhook(scene, sink.url);
  const other = await makeWebhook(scene, told.url, { events: ['webhook.*'] });
  const params = { webhook };

  await alertTimes(app, scene.organization, 3);
  await untilDelivered(scene, webhook, 1, 'failed');
  const disabled = bodyOf(await scene.client.getWebhook({ params }));
  await untilDelivered(scene, other.id, 1, 'succeeded');
  const waiting = await untilDelivered(scene, webhook, 2, 'pending');
  sink.answer = answering(200);
  const enabled = bodyOf(await scene.client.patchWebhook({ params, body: { enabled: true } }));
  await untilDelivered(scene, webhook, 2, 'succeeded');

  assert.equal(disabled.enabled, false);
  assert.match(disabled.disabled_reason ?? '', /410/);
  assert.deepEqual(
    told.received.map(({ body }) => [body.type, body.data.webhook_id]),
    [['webhook.disabled', webhook]],
  );
  assert.deepEqual(
    waiting.map(({ attempts }) => attempts),
    [[], []],
  );
  assert.deepEqual([enabled.enabled, enabled.disabled_reason], [true, null]);
});

test('after three failures in a row the others wait, and come in their order', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink(answering(503));
  const { id: webhook } = await makeWebhook(scene, sink.url);

  const ids = await alertTimes(app, scene.organization, 20);
  await until('three were tried', () => sink.received.length === 3);
  const query = { limit: 100 };
  const listed = await until('that is stored', async () => {
    const all = bodyOf(await scene.client.listDeliveries({ params: { webhook }, query }));
    return all.filter(({ attempts }) => attempts.length > 0).length === 3 && all;
  });
  sink.answer = answering(200);
  app.clock.advance({ minutes: 10 });
  await untilDelivered(scene, webhook, 20, 'succeeded');

  assert.equal(listed.length, 20);
  const later = sink.received.slice(3).map(({ body }) => body.data.sync_id);
  const fresh = ids.slice(3);
  assert.deepEqual(
    later.filter((id) => fresh.includes(String(id))),
    fresh,
  );
  assert.equal(sink.received.length, 23);
});

test('a receiver that hangs delays nothing for another', async () => {
  const scene = await makeSyncScene(app);
  const [hung, quick] = [await openSink(() => undefined), await openSink()];
  await makeWebhook(scene, hung.url);
  const { id: webhook } = await makeWebhook(scene, quick.url);

  await alertTimes(app, scene.organization, 10);
  await untilDelivered(scene, webhook, 10, 'succeeded');

  assert.equal(hung.received.length, 1);
});
