import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOrganization } from '../../testing/makers.ts';
import { makeMember, signIn } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { makeSignedIn } from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${app.url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const signInWith = (email: string, password: string) => post('/sign-in/email', { email, password });

test('a wrong password and an unknown address get the same answer', async () => {
  const { email } = await makeMember(app, organization);

  const wrong = await signInWith(email, 'not the password');
  const unknown = await signInWith('nobody@people.example', 'not the password');

  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers.getSetCookie().length, 0);
  const { request_id, ...shown } = wrong.body;
  assert.deepEqual(shown, {
    ok: false,
    error: 'invalid_email_or_password',
    message: 'Invalid email or password',
  });
  assert.equal(request_id, wrong.headers.get('x-request-id'));
  assert.deepEqual({ ...unknown.body, request_id }, wrong.body);
  assert.equal(unknown.status, 401);
});

test('an unknown address costs as much work as a wrong password', async () => {
  // Hashed as people's passwords are, not as those of tests.
  const { email } = await makeMember(app, organization, { password: 'a battery of horses' });
  // The processor's time and not the clock's: a busy machine changes that one hardly.
  const workOf = async (address: string) => {
    const before = process.cpuUsage();
    await signInWith(address, 'not the password');
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const leastWork = async (address: () => string) =>
    Math.min(await workOf(address()), await workOf(address()), await workOf(address()));

  const known = await leastWork(() => email);
  const unknown = await leastWork(() => `nobody.${Math.random()}@people.example`);

  assert.ok(unknown > known / 4, `${unknown} µs against ${known} µs`);
});

test('who has no password cannot sign in with one', async () => {
  const { server } = app;
  const { email } = await makeMember(app, organization);
  await server.platform.database.system.transaction((tx) =>
    tx.rows(
      `delete from platform.account
       where user_id = (select id from platform.user where email = $1)`,
      [email],
    ),
  );

  const answer = await signInWith(email, 'anything at all');

  assert.equal(answer.status, 401);
});

test('the answer of a sign-in has the session in its cookie only', async () => {
  const { email, password } = await makeMember(app, organization);

  const { body, headers } = await signInWith(email, password);

  const token = /=(\w+)\./.exec(headers.getSetCookie()[0] ?? '')?.[1];
  assert.ok(token);
  assert.ok(!JSON.stringify(body).includes(token));
});

test('nobody signs up, and what is not listed is not there', async () => {
  const body = { email: 'new@people.example', password: 'long enough', name: 'New' };
  const paths = ['/sign-up/email', '/delete-user', '/update-user', '/change-email', '/ok', '/x'];

  for (const path of paths) {
    const answer = await post(path, body);

    assert.equal(answer.status, 404, path);
    assert.equal(answer.body.error, 'not_found');
  }
});

test('a sign-in that a page of another site asks for is refused', async () => {
  const { email, password } = await makeMember(app, organization);

  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
    const answer = await post('/sign-in/email', { email, password }, { origin });

    assert.equal(answer.status, 403);
    assert.equal(answer.headers.getSetCookie().length, 0);
  }
});

test('junk is refused and never a failure of the server', async () => {
  const bodies: unknown[] = [
    '{',
    '[]',
    'null',
    '"x"',
    {},
    { email: 1, password: {} },
    { email: 'a\0b@people.example', password: 'x' },
    { email: 'a@people.example', password: 'x\0' },
    { email: 'a@people.example', password: '\ud800' },
    { email: `${'a'.repeat(70_000)}@people.example`, password: 'x' },
    { email: 'a@people.example', password: 'x'.repeat(60_000) },
    { email: 'a@people.example', password: 'x', callbackURL: 'https://evil.example' },
  ];

  for (const path of ['/sign-in/email', '/reset-password', '/two-factor/verify-totp']) {
    for (const body of bodies) {
      const { status } = await post(path, body);

      assert.ok(status >= 400 && status < 500, `${path} ${JSON.stringify(body).slice(0, 60)}`);
    }
  }
});

test('guesses at an account are slowed down, also with the right password', async () => {
  const { email, password } = await makeMember(app, organization);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    assert.equal((await signInWith(email, 'wrong')).status, 401);
  }

  const answer = await signInWith(email.toUpperCase(), password);

  assert.equal(answer.status, 429);
  assert.equal(answer.body.error, 'too_many_requests');
  assert.ok(Number(answer.headers.get('retry-after')) > 0);
  app.clock.advance({ minutes: 1 });
  assert.equal((await signInWith(email, password)).status, 200);
});

test('a changed password ends the other sessions, and the old one holds no more', async () => {
  const member = await makeSignedIn(app, organization, 'member');
  const { fetch: other } = await signIn(app, member);

  const answer = await member.fetch(`${app.url}/api/auth/change-password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      currentPassword: member.password,
      newPassword: 'another battery',
      revokeOtherSessions: true,
    }),
  });

  assert.equal(answer.status, 200);
  assert.equal((await other(`${app.url}/api/platform/session`)).status, 401);
  assert.equal((await signInWith(member.email, member.password)).status, 401);
  assert.equal((await signInWith(member.email, 'another battery')).status, 200);
});

test('passwords are stored as Argon2id', async () => {
  const { userId } = await makeMember(app, organization);

  const [row] = await app.server.platform.database.system.reading.rows<{ password: string }>(
    'select password from platform.account where user_id = $1',
    [userId],
  );

  assert.match(row?.password ?? '', /^\$argon2id\$/);
});

test('whoever has a session guesses its password no faster than others, wherever it is asked for', async () => {
  const member = await makeSignedIn(app, organization, 'member');
  const other = await makeSignedIn(app, organization, 'member');
  const { cookie } = await signIn(app, member);
  const guess = (cookie: string, password: string, path = '/two-factor/enable') =>
    post(path, { password }, { cookie });
  const statuses: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const body = { currentPassword: 'wrong', newPassword: 'another battery' };
    statuses.push((await post('/change-password', body, { cookie: member.cookie })).status);
    statuses.push((await guess(cookie, 'wrong')).status);
  }

  const right = await guess(cookie, member.password);
  const others = await guess(other.cookie, other.password);
  app.clock.advance({ minutes: 2 });
  const later = await guess(cookie, member.password);

  assert.deepEqual(new Set(statuses.slice(0, 10)), new Set([400]));
  assert.equal(right.status, 429);
  assert.deepEqual([others.status, later.status], [200, 200]);
});
