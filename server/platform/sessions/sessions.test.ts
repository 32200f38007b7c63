import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../../contract/client.ts';
import { platform } from '../../../contract/platform/index.ts';
import { createKey } from '../../messaging/operator/index.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { cookiesOf, makeMember, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app, 'First Group');

const clientOf = (fetch: typeof globalThis.fetch, url = app.url) =>
  createClient(platform, { url, fetch });

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  return fetch(app.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url, ...headers },
    body: JSON.stringify(body),
  });
}

test('whoever signs in sees who they are', async () => {
  const member = await makeMember(app, organization, { name: 'Ada', role: 'admin' });
  const { fetch } = await signIn(app, member);

  const answer = await clientOf(fetch).getSession();

  assert.ok(answer.ok);
  const group = { id: shortId('organization', organization), name: 'First Group' };
  assert.deepEqual(answer.body, {
    user: {
      id: member.userId,
      name: 'Ada',
      email: member.email,
      image: null,
      two_factor_enabled: false,
      is_proven: true,
    },
    member: { id: shortId('member', member.id), role: 'admin' },
    organization: group,
    organizations: [group],
  });
});

test('the address may be written in any case', async () => {
  const member = await makeMember(app, organization, { email: 'Grace.Hopper@People.example' });

  const { cookie } = await signIn(app, { ...member, email: 'grace.HOPPER@people.example' });

  assert.notEqual(cookie, '');
});

test('without a session everything is unauthorized', async () => {
  const answer = await clientOf(fetch).getSession();

  assert.equal(answer.status, 401);
  assert.ok(!answer.ok);
  assert.equal(answer.error.error, 'unauthorized');
});

test('a cookie that was not signed here is no session', async () => {
  const { cookie } = await signIn(app, await makeMember(app, organization));
  const [name, value = ''] = cookie.split('=');
  const token = value.split('.')[0];
  const forged = [`${name}=${token}`, `${name}=${token}.${'A'.repeat(43)}%3D`, `${name}=%E0%A4%A`];

  for (const one of forged) {
    const answer = await fetch(`${app.url}/api/platform/session`, { headers: { cookie: one } });

    assert.equal(answer.status, 401);
  }
});

test('the cookie is out of reach for scripts and other sites', async () => {
  const { email, password } = await makeMember(app, organization);

  const answer = await post('/api/auth/sign-in/email', { email, password });

  const [line = ''] = answer.headers.getSetCookie();
  assert.match(line, /^heddle\.session_token=/);
  assert.match(line, /; HttpOnly/);
  assert.match(line, /; SameSite=Lax/);
  assert.match(line, /; Path=\//);
  assert.doesNotMatch(line, /; Secure/);
});

test('behind https the cookie is for https alone', async () => {
  const publicUrl = 'https://heddle.example';
  const secure = await app.another({ HEDDLE_PUBLIC_URL: publicUrl });
  const { email, password } = await makeMember(app, organization);

  const answer = await fetch(`${secure.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: publicUrl },
    body: JSON.stringify({ email, password }),
  });

  assert.match(answer.headers.getSetCookie()[0] ?? '', /^__Secure-heddle\..*; Secure/);
  const session = await fetch(`${secure.url}/api/platform/session`, {
    headers: { cookie: cookiesOf(answer) },
  });
  assert.equal(session.status, 200);
});

test('a page of another site cannot use the session', async () => {
  const { cookie } = await signIn(app, await makeMember(app, organization));
  const change = (headers: Record<string, string>) =>
    fetch(`${app.url}/api/platform/profile`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', cookie, ...headers },
      body: JSON.stringify({ name: 'Mallory' }),
    });

  for (const headers of [{}, { origin: 'https://evil.example' }, { origin: 'null' }]) {
    const answer = await change(headers as Record<string, string>);

    assert.equal(answer.status, 403);
    assert.equal(((await answer.json()) as { error: string }).error, 'not_allowed');
  }
  assert.equal((await change({ origin: app.url })).status, 200);
});

test('a token in the Authorization header is no session, and a session no token', async () => {
  const { cookie, fetch: signedIn } = await signIn(app, await makeMember(app, organization));
  const key = { name: 'Bot', kind: 'threads', plan: 'unlimited' } as const;
  const made = await createKey(app.server.platform, shortId('organization', organization), key);

  const withKey = await fetch(`${app.url}/api/platform/session`, {
    headers: { authorization: `Bearer ${made.key}` },
  });
  const withCookie = await signedIn(`${app.url}/api/public/ping`);

  assert.notEqual(cookie, '');
  assert.equal(withKey.status, 401);
  assert.equal(withCookie.status, 401);
});

test('who signs out is signed out on every process at once', async () => {
  const other = await app.another();
  const { fetch } = await signIn(app, await makeMember(app, organization));
  const elsewhere = clientOf(fetch, other.url);
  assert.equal((await elsewhere.getSession()).status, 200);

  const answer = await fetch(`${app.url}/api/auth/sign-out`, { method: 'POST' });

  assert.equal(answer.status, 200);
  assert.equal((await elsewhere.getSession()).status, 401);
});

test('a session ends after thirty days', async () => {
  const { fetch } = await signIn(app, await makeMember(app, organization));
  app.clock.advance({ days: 29 });
  const before = await clientOf(fetch).getSession();
  app.clock.advance({ days: 2 });

  const after = await clientOf(fetch).getSession();

  app.clock.advance({ days: -31 });
  assert.deepEqual([before.status, after.status], [200, 401]);
});
