import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { makeOrganization } from '../../testing/makers.ts';
import { cookiesOf, fetchWith } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSignedIn, openWebsite } from '../testing/website.ts';

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

/** RFC 6238, with SHA-1, six digits and thirty seconds, as authenticator apps do. */
function totp(secret: string, time = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const digest = createHmac('sha1', readBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) as number) & 15;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function readBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text.replace(/=+$/, '')]
    .map((character) => alphabet.indexOf(character).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** A member who signs in with an authenticator app. */
async function makeCareful() {
  const member = await makeSignedIn(app, organization, 'member');
  const { password } = member;
  const { body } = await post('/two-factor/enable', { password }, member.fetch);
  const secret = new URL(body.totpURI).searchParams.get('secret') ?? '';
  const confirmed = await post('/two-factor/verify-totp', { code: totp(secret) }, member.fetch);
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
  const second = await post('/two-factor/verify-totp', { code: totp(member.secret) }, first.fetch);

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
  const code = totp(member.secret, 0);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    assert.equal((await post('/two-factor/verify-totp', { code }, fetch)).status, 401);
  }

  const late = await post('/two-factor/verify-totp', { code: totp(member.secret) }, fetch);

  assert.ok(late.status >= 400);
  assert.equal(late.cookie, '');
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
