import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { codeOf, nextCodeOf } from '../../../testing/browser/totp.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { cookiesOf, fetchWith } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite } from '../testing/website.ts';
import { insertVerification } from './store.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);

async function post(path: string, body: object, of: typeof fetch = fetch) {
  const response = await of(`${app.url}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify(body),
  });
  return { status: response.status, cookie: cookiesOf(response), body: await response.json() };
}

/** A member who signs in with an authenticator app. */
async function makeCareful() {
  const member = await makeSignedIn(app, organization, 'member');
  const { password } = member;
  const { body } = await post('/two-factor/enable', { password }, member.fetch);
  const secret = new URL(body.totpURI).searchParams.get('secret') ?? '';
  const confirmed = await post('/two-factor/verify-totp', { code: codeOf(secret) }, member.fetch);
  assert.equal(confirmed.status, 200);
  const fetch = fetchWith(confirmed.cookie, app.url);
  const codes = body.backupCodes as string[];
  return { ...member, secret, codes, fetch, website: openWebsite(app, fetch) };
}

async function enterPassword({ email, password }: { email: string; password: string }) {
  const answer = await post('/sign-in/email', { email, password });
  return { ...answer, fetch: fetchWith(answer.cookie, app.url) };
}

test('with the password alone there is no session, with the code there is', async () => {
  const member = await makeCareful();

  const first = await enterPassword(member);
  const between = await openWebsite(app, first.fetch).getSession();
  const second = await post(
    '/two-factor/verify-totp',
    { code: nextCodeOf(member.secret) },
    first.fetch,
  );

  assert.equal(first.body.twoFactorRedirect, true);
  assert.equal(between.status, 401);
  assert.equal(second.status, 200);
  const website = openWebsite(app, fetchWith(second.cookie, app.url));
  const session = bodyOf(await website.getSession());
  assert.equal(session.user.two_factor_enabled, true);
});

test('a wrong code is refused, and after five of them the password is asked for again', async () => {
  const member = await makeCareful();
  const { fetch } = await enterPassword(member);
  const code = codeOf(member.secret, 0);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    assert.equal((await post('/two-factor/verify-totp', { code }, fetch)).status, 401);
  }

  const late = await post('/two-factor/verify-totp', { code: nextCodeOf(member.secret) }, fetch);

  assert.ok(late.status >= 400);
  assert.equal(late.cookie, '');
});

/** Signs in on a device that is not asked for a code again; `returns` tells whether it is. */
async function trustDevice(member: Awaited<ReturnType<typeof makeCareful>>) {
  const first = await enterPassword(member);
  const body = { code: nextCodeOf(member.secret), trustDevice: true };
  const second = await post('/two-factor/verify-totp', body, first.fetch);
  assert.equal(second.status, 200);
  const kept = second.cookie.split('; ').filter((one) => one.includes('trust_device'));
  const browser = fetchWith(kept.join('; '), app.url);
  return async (password = member.password) => {
    const { body } = await post('/sign-in/email', { email: member.email, password }, browser);
    return body.twoFactorRedirect === true ? 'asked' : 'let in';
  };
}

test('a device that is trusted is not asked for a code', async () => {
  const returns = await trustDevice(await makeCareful());

  assert.equal(await returns(), 'let in');
});

test('with a password that was reset trusted devices end', async () => {
  const member = await makeCareful();
  const returns = await trustDevice(member);
  const token = 'a token that came by mail';
  await app.server.platform.database.system.transaction((tx) => {
    const identifier = createHash('sha256').update(`reset-password:${token}`).digest('base64url');
    const expiresAt = new Date(Date.now() + 60_000);
    const value = member.userId;
    const now = new Date();
    return insertVerification(tx, { id: token, identifier, value, now, expiresAt });
  });

  const reset = await post('/reset-password', { token, newPassword: 'an entirely new one' });

  assert.equal(reset.status, 200);
  assert.equal(await returns('an entirely new one'), 'asked');
});

test('with a password that was changed trusted devices end', async () => {
  const member = await makeCareful();
  const returns = await trustDevice(member);
  const body = { currentPassword: member.password, newPassword: 'an entirely new one' };

  const changed = await post('/change-password', body, member.fetch);

  assert.equal(changed.status, 200);
  assert.equal(await returns('an entirely new one'), 'asked');
});

test('a device that was trusted is not, once the second factor begins anew', async () => {
  const member = await makeCareful();
  const { password } = member;
  const returns = await trustDevice(member);
  const off = await post('/two-factor/disable', { password }, member.fetch);
  const own = fetchWith(off.cookie, app.url);
  const { body } = await post('/two-factor/enable', { password }, own);
  const secret = new URL(body.totpURI).searchParams.get('secret') ?? '';
  const on = await post('/two-factor/verify-totp', { code: codeOf(secret) }, own);

  assert.deepEqual([off.status, on.status], [200, 200]);
  assert.equal(await returns(), 'asked');
});

test('a code holds once, however many come with it, and the next one is taken after it', async () => {
  const member = await makeCareful();
  const code = nextCodeOf(member.secret);
  const people = await Promise.all(Array.from({ length: 5 }, () => enterPassword(member)));

  const answers = await Promise.all(
    people.map(({ fetch }) => post('/two-factor/verify-totp', { code }, fetch)),
  );
  const late = await enterPassword(member);
  const again = await post('/two-factor/verify-totp', { code }, late.fetch);
  const anew = await post('/two-factor/verify-totp', { code: '000000' }, late.fetch);

  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401]);
  assert.deepEqual([again.status, again.body.error], [401, 'used_code']);
  // The first step goes on: it was not used up.
  assert.equal(anew.body.error, 'invalid_code');
});

test('a backup code holds once', async () => {
  const member = await makeCareful();
  const [code = ''] = member.codes;
  const one = await enterPassword(member);
  const two = await enterPassword(member);

  const first = await post('/two-factor/verify-backup-code', { code }, one.fetch);
  const second = await post('/two-factor/verify-backup-code', { code }, two.fetch);

  assert.equal(first.status, 200);
  assert.equal(second.status, 401);
});

test('secret and backup codes are sealed in the database', async () => {
  const member = await makeCareful();

  const [row] = await app.server.platform.database.system.reading.rows<{ row: string }>(
    'select to_jsonb(t)::text as row from platform.two_factor t where user_id = $1',
    [member.userId],
  );

  assert.ok(row);
  assert.ok(![member.secret, ...member.codes].some((text) => row.row.includes(text)));
});

test('it is ended with the password only', async () => {
  const member = await makeCareful();

  const wrong = await post('/two-factor/disable', { password: 'wrong' }, member.fetch);
  const right = await post('/two-factor/disable', { password: member.password }, member.fetch);

  assert.equal(wrong.status, 400);
  assert.equal(right.status, 200);
  assert.equal((await enterPassword(member)).body.twoFactorRedirect, undefined);
});
