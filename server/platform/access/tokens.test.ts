import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { SignJWT } from 'jose';
import { until } from '../../runtime/testing/until.ts';
import { makeClient, makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer();
const { organization, token } = await makeScene(app);
const [header, payload, signature] = token.split('.') as [string, string, string];
const claims = read(payload);

function read(part: string) {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

function write(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

async function listPractices(authorization?: string, path = '/scheduling/practices') {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(app.url + path, { headers });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe('a token is taken', () => {
  for (const scheme of ['', 'Bearer ', 'bearer ', 'BEARER   ']) {
    test(`behind "${scheme}"`, async () => {
      const answer = await listPractices(scheme + token);

      assert.equal(answer.status, 200);
    });
  }
});

describe('a call is unauthorized, with a challenge for Bearer,', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const protectedHeader = read(header);
  const foreign = new SignJWT(claims).setProtectedHeader(protectedHeader).sign(privateKey);
  const unknownKey = new SignJWT(claims)
    .setProtectedHeader({ ...protectedHeader, kid: 'unknown' })
    .sign(privateKey);
  const tampered = write({ ...claims, scope: 'bookings/delete', client_id: 'another' });
  const cases: [string, string | undefined | Promise<string>][] = [
    ['without a token', undefined],
    ['with an empty header', ''],
    ['with Bearer alone', 'Bearer'],
    ['with two tokens', `${token} ${token}`],
    ['with Basic credentials', `Basic ${Buffer.from('a:b').toString('base64')}`],
    ['with a token behind Basic', `Basic ${token}`],
    ['with a word', 'token'],
    ['with two dots', '..'],
    ['with 10 KB', 'x'.repeat(10_000)],
    ['with changed claims', `${header}.${tampered}.${signature}`],
    ['with a cut signature', `${header}.${payload}.${signature.slice(0, -10)}`],
    ['with no signature', `${header}.${payload}.`],
    ['with two parts', `${header}.${payload}`],
    ['with the algorithm "none"', `${write({ alg: 'none' })}.${payload}.`],
    [
      'with the algorithm "none" and our key',
      `${write({ ...protectedHeader, alg: 'none' })}.${payload}.`,
    ],
    [
      'with another RSA algorithm',
      `${write({ ...protectedHeader, alg: 'RS512' })}.${payload}.${signature}`,
    ],
    ['with a key in its own header', foreignWithKey()],
    ['signed with our public key as a shared secret', confused()],
    ['signed by a key of somebody else', foreign],
    ['signed by an unknown key', unknownKey],
    ['with a static key that nobody has', `ts_live_${'a'.repeat(32)}`],
  ];
  for (const [name, authorization] of cases) {
    test(name, async () => {
      const answer = await listPractices(await authorization);

      assert.equal(answer.status, 401);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
      assert.equal(answer.body.status, 'unauthorized');
      assert.equal(answer.body.request_id, answer.headers.get('x-request-id'));
      assert.equal(answer.headers.get('x-ratelimit-limit'), null);
    });
  }

  /** CVE-2016-10555: a verifier that lets the token choose takes the public key for a secret. */
  async function confused(): Promise<string> {
    const response = await fetch(`${app.url}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: { n: string }[] };
    const secret = new TextEncoder().encode(JSON.stringify(keys[0]));
    return new SignJWT(claims)
      .setProtectedHeader({ ...protectedHeader, alg: 'HS256' })
      .sign(secret);
  }

  async function foreignWithKey(): Promise<string> {
    const jwk = privateKey.export({ format: 'jwk' });
    const { kty, n, e } = jwk as { kty: string; n: string; e: string };
    return new SignJWT(claims)
      .setProtectedHeader({ ...protectedHeader, jwk: { kty, n, e } })
      .sign(privateKey);
  }
});

test('a scope that a token lacks is forbidden, and named', async () => {
  const { token: narrow } = await makeClient(app, organization, { scopes: ['locations/get'] });

  const answer = await listPractices(narrow);

  assert.equal(answer.status, 403);
  assert.equal(answer.body.status, 'unauthorized');
  assert.match(answer.body.message, /practices\/get/);
});

test('a token that was asked for with fewer scopes has only those', async () => {
  const { client_id, client_secret } = await makeClient(app, organization);
  const narrow = await tokenFor({ client_id, client_secret, scope: 'locations/get' });

  const [refused, taken] = await Promise.all([
    listPractices(narrow),
    listPractices(narrow, '/scheduling/locations'),
  ]);

  assert.equal(refused.status, 403);
  assert.equal(taken.status, 200);
});

test('a scope that was taken from a consumer is gone from its tokens', async () => {
  const { client_id, token: wide } = await makeClient(app, organization);
  const { system } = app.server.platform.database;
  await system.transaction(async (tx) => {
    await tx.rows(
      `update platform.consumer set scopes = array['locations/get'] where client_id = $1`,
      [client_id],
    );
    await tx.rows(`select pg_notify('heddle', 'consumer ' || $1)`, [client_id]);
  });

  await until('the scope is refused', async () => (await listPractices(wide)).status === 403);
  const taken = await listPractices(wide, '/scheduling/locations');
  assert.equal(taken.status, 200);
});

test('a token ends after an hour, also one that is known', async () => {
  const { client_id, client_secret } = await makeClient(app, organization);
  const [known, unknown] = await Promise.all([
    tokenFor({ client_id, client_secret }),
    tokenFor({ client_id, client_secret }),
  ]);
  assert.equal((await listPractices(known)).status, 200);

  app.clock.advance({ minutes: 59 });
  const within = await listPractices(known);
  app.clock.advance({ minutes: 1, seconds: 1 });
  const [after, afterUnknown] = await Promise.all([listPractices(known), listPractices(unknown)]);

  assert.equal(within.status, 200);
  assert.equal(after.status, 401);
  assert.equal(afterUnknown.status, 401);
});

async function tokenFor(credentials: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...credentials });
  const response = await fetch(`${app.url}/oauth2/token`, { method: 'POST', body });
  return ((await response.json()) as { access_token: string }).access_token;
}
