import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeClient, makePractice } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const url = 'https://partner.invalid/hook?to=1';

type Refused = { ok: boolean; status: number; error?: unknown };
const fieldOf = (answer: Refused) =>
  (answer as unknown as { error: { error: { details: { field: string } } } }).error.error.details
    .field;

test('a webhook is made, shown, changed and deleted; its secret is shown once', async () => {
  const { client } = await makeSyncScene(app);
  const headers = { Authorization: 'Bearer of-partner' };
  const events = ['sync.failed', 'record.*'];

  const made = bodyOf(await client.createWebhook({ body: { url, events, headers } }));
  const params = { webhook: made.id };
  const shown = bodyOf(await client.getWebhook({ params }));
  const changed = bodyOf(
    await client.patchWebhook({
      params,
      body: { description: 'Theirs', enabled: false, max_in_flight: 4, filter: { object: 'a' } },
    }),
  );
  const listed = bodyOf(await client.listWebhooks({}));
  const gone = await client.deleteWebhook({ params });

  assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const { secret, ...rest } = made;
  assert.deepEqual(shown, rest);
  assert.deepEqual(shown.headers, ['Authorization']);
  assert.doesNotMatch(JSON.stringify([shown, listed]), /whsec_|of-partner/);
  assert.deepEqual(
    [changed.description, changed.enabled, changed.max_in_flight, changed.filter.object],
    ['Theirs', false, 4, 'a'],
  );
  assert.deepEqual(changed.events, events);
  assert.deepEqual(listed, [changed]);
  assert.equal(gone.status, 204);
  assert.equal((await client.getWebhook({ params })).status, 404);
});

test('what cannot be told, or not so, is refused with its field', async () => {
  const { client } = await makeSyncScene(app);
  const good = { url, events: ['sync.*'] };
  const bad = [
    [{ url: 'ftp://partner.invalid' }, 'url'],
    [{ url: 'https://me:secret@partner.invalid' }, 'url'],
    [{ events: ['sync.*', 'sync.complete'] }, 'events.1'],
    [{ events: ['*'] }, 'events.0'],
    [{ secret: 'whsec_c2hvcnQ=' }, 'secret'],
    [{ secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }, 'secret'],
    [{ headers: { 'webhook-id': 'x' } }, 'headers.webhook-id'],
    [{ headers: { 'Heddle-Depth': 'x' } }, 'headers.Heddle-Depth'],
    [{ headers: { 'User-Agent': 'x' } }, 'headers.User-Agent'],
    [{ headers: { 'X-A': 'a\r\nX-B: b' } }, 'headers.X-A'],
    [{ filter: { connection_id: 'conn_1' } }, 'filter.connection_id'],
    [{ filter: { sync_id: 'sync_1' } }, 'filter.sync_id'],
    [{ max_in_flight: 21 }, 'max_in_flight'],
  ] as const;

  for (const [more, field] of bad) {
    const refused = await client.createWebhook({ body: { ...good, ...more } as never });
    assert.deepEqual([refused.status, fieldOf(refused)], [400, field]);
  }
  assert.deepEqual(bodyOf(await client.listWebhooks({})), []);
});

test('of a type that is misspelt it is said which one was meant, by its whole name', async () => {
  const { client } = await makeSyncScene(app);
  const meant = { 'appointment.create': 'appointment.created', 'appointments.*': 'appointment.*' };

  for (const [given, type] of Object.entries(meant)) {
    const refused = await client.createWebhook({ body: { url, events: [given] } });
    assert.ok(JSON.stringify(refused).includes(`did you mean ${type}?`));
  }
});

test('a secret that is given holds, and a new one takes its place for good', async () => {
  const { client } = await makeSyncScene(app);
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const { id, ...made } = bodyOf(
    await client.createWebhook({ body: { url, events: ['sync.*'], secret } }),
  );

  const rotated = bodyOf(await client.rotateSecret({ params: { webhook: id }, body: {} }));

  assert.equal(made.secret, secret);
  assert.notEqual(rotated.secret, secret);
  const until = new Date(rotated.previous_secret_until ?? 0).getTime() - app.clock.now().getTime();
  assert.ok(Math.abs(until - 24 * 3_600_000) < 60_000);
});

test('the catalogue has a schema for each type', async () => {
  const { client } = await makeSyncScene(app);

  const types = bodyOf(await client.listEventTypes({}));

  const names = types.map(({ type }) => type);
  for (const one of ['sync.completed', 'record.deleted', 'thread.posted', 'webhook.test']) {
    assert.ok(names.includes(one), one);
  }
  assert.ok(types.every(({ schema }) => schema.type === 'object'));
});

test('events of Scheduling are for whoever may read them there', async () => {
  const { client, organization } = await makeSyncScene(app);
  const scopes = ['bookings/get', 'forms/get'];
  const scheduler = await makeSyncScene(app, { organization, scopes });
  const body = { url, events: ['booking.*'] };

  const refused = await client.createWebhook({ body });
  const { id: webhook } = bodyOf(await scheduler.client.createWebhook({ body }));
  const params = { webhook };
  const touched = [
    await client.patchWebhook({ params, body: { url: 'https://elsewhere.invalid' } }),
    await client.rotateSecret({ params, body: {} }),
    await scheduler.client.patchWebhook({ params, body: { events: ['appointment.created'] } }),
  ];

  assert.equal(refused.status, 403);
  assert.deepEqual(
    touched.map(({ status }) => status),
    [403, 403, 403],
  );
  assert.equal(bodyOf(await client.getWebhook({ params })).url, url);
});

test('a partner of one practice does not take over what tells of all', async () => {
  const { organization } = await makeSyncScene(app);
  const scopes = ['bookings/get', 'webhooks/post', 'webhooks/patch'];
  const all = await makeSyncScene(app, { organization, scopes });
  const body = { url, events: ['booking.created'] };
  const practice = await makePractice(app, organization);
  const { id: webhook } = bodyOf(await all.client.createWebhook({ body }));
  const { token } = await makeClient(app, organization, { scopes, practices: [practice.id] });

  const refused = await fetch(`${app.url}/v1/webhooks/${webhook}`, {
    method: 'PATCH',
    headers: { authorization: token, 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'https://elsewhere.invalid' }),
  });

  assert.equal(refused.status, 403);
});

test('a filter names a connection of the organization', async () => {
  const { client } = await makeSyncScene(app);
  const connection_id = await connectOwn({ client }, 'messaging');
  const filter = { connection_id };

  const made = bodyOf(
    await client.createWebhook({ body: { url, events: ['thread.posted'], filter } }),
  );

  assert.deepEqual(made.filter, { connection_id, sync_id: null, object: null });
});

test('a secret that is asked for again under its key is answered again, and kept sealed', async () => {
  const { client } = await makeSyncScene(app);
  const headers = { 'idempotency-key': 'once' };
  const create = () => client.createWebhook({ body: { url, events: ['sync.*'] } }, { headers });

  const [made, again] = [bodyOf(await create()), bodyOf(await create())];

  assert.deepEqual(again, made);
  const kept = await app.server.platform.database.system.reading.rows<{ answer: string }>(
    `select answer::text as answer from platform.idempotency where key = 'once'`,
  );
  assert.equal(kept.length, 1);
  assert.doesNotMatch(kept[0]?.answer ?? 'whsec_', /whsec_/);
});
