import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortId } from '../../runtime/ids.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { createKey, revokeKey } from '../operator/index.ts';
import { refused } from '../testing/scene.ts';
import { makeOffice, shown, type Visitor, visit } from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

async function make({ client }: Visitor, name = 'Deploy bot') {
  return shown(await client.makeKey({ body: { name } }));
}

async function list({ client }: Visitor) {
  return shown(await client.listKeys()).keys;
}

function ping(url: string, text: string) {
  return fetch(`${url}/api/public/ping`, { headers: { authorization: `Bearer ${text}` } });
}

async function eventsOf(type: string, subject: string) {
  return app.server.platform.database.system.reading.rows<{ data: unknown }>(
    'select data from platform.event where type = $1 and subject = $2',
    [type, subject],
  );
}

test('a key is made with its bot, shown once, and posts at once', async () => {
  const { ann } = await makeOffice(app);

  const { key, text } = await make(ann, ' Deploy bot ');

  assert.match(text, /^[A-Za-z0-9_-]{24}$/);
  assert.equal(key.name, 'Deploy bot');
  assert.equal(key.last_four, text.slice(-4));
  assert.equal(key.is_revocable, true);
  const answer = await ping(app.url, text);
  assert.deepEqual(await answer.json(), { ok: true, result: { name: 'Deploy bot' } });
  const { users } = shown(await ann.client.getHome());
  const bot = users.find(({ user_id }) => user_id === key.user_id);
  assert.deepEqual(bot, { user_id: key.user_id, name: 'Deploy bot', kind: 'bot', is_active: true });
  assert.deepEqual(await eventsOf('bot.created', key.user_id), [{ data: { userID: key.user_id } }]);
  assert.ok(!JSON.stringify(await list(ann)).includes(text));
});

test('a key has the limits of the plan Professional', async () => {
  const { ann } = await makeOffice(app);

  const { text } = await make(ann);

  assert.equal((await ping(app.url, text)).headers.get('x-ratelimit-limit'), '300');
});

test('the keys that members make share the limits of one, those of the operator have their own', async () => {
  const { organization, ann, ben, zoe } = await makeOffice(app);
  const own = await createKey(app.server.platform, shortId('organization', organization), {
    name: 'Own',
    kind: 'threads',
    plan: 'professional',
  });
  const [first, second] = [await make(ann, 'First'), await make(ben, 'Second')];
  const abroad = await make(zoe, 'Abroad');
  const leftOf = async (text: string) =>
    Number((await ping(app.url, text)).headers.get('x-ratelimit-remaining'));

  const before = await leftOf(first.text);
  // More than what a bucket holds beyond the limit that it tells of.
  await Promise.all(Array.from({ length: 250 }, () => ping(app.url, second.text)));
  const after = await leftOf(first.text);

  assert.ok(after < before, `${before}, then ${after}`);
  assert.deepEqual([await leftOf(own.key), await leftOf(abroad.text)], [before, before]);
});

test('a member makes at most ten keys an hour, revoked ones too, however many at once', async () => {
  const { ann, ben } = await makeOffice(app);
  const { key } = await make(ann, 'Revoked');
  shown(await ann.client.revokeKey({ params: { id: key.id } }));

  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) => ann.client.makeKey({ body: { name: `Key ${at}` } })),
  );
  const others = await ben.client.makeKey({ body: { name: 'Of Ben' } });
  app.clock.advance({ minutes: 61 });
  const later = await ann.client.makeKey({ body: { name: 'Later' } });

  const refusals = answers.filter(({ status }) => status === 429);
  assert.equal(refusals.length, 3);
  for (const refusal of refusals) {
    refused(refusal, 429, 'rate_limited');
    const seconds = Number(refusal.headers.get('retry-after'));
    assert.ok(seconds > 3_500 && seconds <= 3_600, String(seconds));
  }
  assert.deepEqual([others.status, later.status], [201, 201]);
});

test('keys are listed for everybody of the organization, the latest first', async () => {
  const { ann, ben, zoe } = await makeOffice(app);
  const first = (await make(ann, 'First')).key;
  app.clock.advance({ seconds: 1 });
  const second = (await make(ben, 'Second')).key;

  const keys = await list(ann);
  const abroad = await list(zoe);

  assert.deepEqual(keys, [{ ...second, is_revocable: false }, first]);
  assert.deepEqual(abroad, []);
});

test('a name must not be blank or long', async () => {
  const { ann } = await makeOffice(app);

  for (const name of ['', ' ', 'x'.repeat(81)]) {
    refused(await ann.client.makeKey({ body: { name } }), 400, 'invalid_request');
  }
});

test('a revoked key is refused at the very next call, in every process', async () => {
  const { ann } = await makeOffice(app);
  const other = await app.another({ HEDDLE_ROLES: 'web' });
  const { key, text } = await make(ann);
  const urls = [app.url, other.url];
  for (const url of urls) assert.equal((await ping(url, text)).status, 200);

  shown(await ann.client.revokeKey({ params: { id: key.id } }));

  for (const url of urls) assert.equal((await ping(url, text)).status, 401);
  const [listed] = await list(ann);
  assert.equal(listed?.is_revocable, false);
  assert.ok(listed?.revoked_at);
  const { users } = shown(await ann.client.getHome());
  assert.equal(users.find(({ user_id }) => user_id === key.user_id)?.is_active, false);
  assert.deepEqual(await eventsOf('bot.ended', key.user_id), [{ data: { userID: key.user_id } }]);
});

test('its maker, owners and admins may revoke a key, others not', async () => {
  const { organization, ann, ben, zoe } = await makeOffice(app);
  const admin = await visit(app, organization, { role: 'admin' });
  const { key } = await make(ann);
  const params = { id: key.id };

  const byOther = await ben.client.revokeKey({ params });
  const byStranger = await zoe.client.revokeKey({ params });
  const [seen] = await list(admin);
  const byAdmin = await admin.client.revokeKey({ params });

  refused(byOther, 403, 'not_allowed');
  refused(byStranger, 404, 'not_found');
  assert.equal(seen?.is_revocable, true);
  assert.equal(byAdmin.status, 200);
});

test('revoking again, or twice at once, is no error and told once', async () => {
  const { ann } = await makeOffice(app);
  const { key } = await make(ann);
  const revoke = () => ann.client.revokeKey({ params: { id: key.id } });

  const answers = [...(await Promise.all([revoke(), revoke(), revoke()])), await revoke()];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.equal((await eventsOf('bot.ended', key.user_id)).length, 1);
});

test('a bot whose key the operator makes and revokes is told of, too', async () => {
  const { organization, ann } = await makeOffice(app);
  const text = shortId('organization', organization);

  const made = await createKey(app.server.platform, text, {
    name: 'Ops',
    kind: 'threads',
    plan: 'unlimited',
  });
  const [listed] = await list(ann);
  await revokeKey(app.server.platform, text, made.id);

  assert.equal(listed?.is_revocable, false);
  const { user_id = '' } = listed ?? {};
  for (const type of ['bot.created', 'bot.ended']) {
    assert.deepEqual(await eventsOf(type, user_id), [{ data: { userID: user_id } }]);
  }
});

test('an id that no key has is not found', async () => {
  const { ann } = await makeOffice(app);

  for (const id of ['nothing', '999999', 'ABCDE']) {
    refused(await ann.client.revokeKey({ params: { id } }), 404, 'not_found');
  }
});

test('that a key was used is noted, at most once a minute', async () => {
  const { ann } = await makeOffice(app);
  const { key, text } = await make(ann);
  const usedAt = async () => (await list(ann)).find(({ id }) => id === key.id)?.last_used_at;
  assert.equal(await usedAt(), null);

  await ping(app.url, text);
  const first = await until('the use is noted', async () => (await usedAt()) ?? undefined);
  app.clock.advance({ seconds: 30 });
  await ping(app.url, text);
  const second = await usedAt();
  app.clock.advance({ seconds: 31 });
  await ping(app.url, text);
  const third = await until('it is noted again', async () => {
    const at = await usedAt();
    return at !== first ? at : undefined;
  });

  assert.equal(second, first);
  assert.ok(Date.parse(String(third)) - Date.parse(String(first)) >= 60_000);
});

test('a use that a clock ahead of time noted is noted anew', async () => {
  const { ann } = await makeOffice(app);
  const { key, text } = await make(ann);
  const usedAt = async () => (await list(ann)).find(({ id }) => id === key.id)?.last_used_at;
  app.clock.advance({ hours: 2 });
  await ping(app.url, text);
  const ahead = await until('the use is noted', async () => (await usedAt()) ?? undefined);

  app.clock.advance({ hours: -2 });
  await ping(app.url, text);

  await until('it is noted as of now', async () => String(await usedAt()) < ahead);
});
