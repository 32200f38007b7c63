import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { oauth } from '../../../contract/oauth.ts';
import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';

const publicUrl = 'https://heddle.example';
const app = await startServer({ HEDDLE_PUBLIC_URL: publicUrl });
const organization = await makeOrganization(app);
const { client_id, client_secret } = await makeClient(app, organization, {
  scopes: ['practices/get', 'bookings/get'],
});
const basic = basicOf(client_id, client_secret);
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };
const granted = 'grant_type=client_credentials';

function basicOf(id: string, secret: string) {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

async function ask(headers: Record<string, string>, body?: string | Uint8Array<ArrayBuffer>) {
  const init = { method: 'POST', headers, ...(body === undefined ? {} : { body }) };
  const response = await fetch(app.url + oauth.createToken.path, init);
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: answer };
}

describe('a token is given', () => {
  const inBody = { grant_type: 'client_credentials', client_id, client_secret };
  const ways: [string, Record<string, string>, string][] = [
    ['to Basic credentials and a form', { ...basic, ...form }, granted],
    [
      'to a form with a charset',
      { ...basic, ...form, 'content-type': `${form['content-type']};charset=UTF-8` },
      granted,
    ],
    [
      'to a scheme in lower case',
      { authorization: basic.authorization.replace('Basic', 'basic'), ...form },
      granted,
    ],
    [
      'to Basic credentials and JSON',
      { ...basic, ...json },
      JSON.stringify({ grant_type: 'client_credentials' }),
    ],
    ['to credentials in a form', form, new URLSearchParams(inBody).toString()],
    ['to credentials in JSON', json, JSON.stringify(inBody)],
    ['to unknown parameters beside the known', { ...basic, ...form }, `${granted}&audience=x`],
    ['to an empty scope, as if it were not there', { ...basic, ...form }, `${granted}&scope=`],
  ];
  for (const [name, headers, body] of ways) {
    test(name, async () => {
      const answer = await ask(headers, body);

      assert.equal(answer.status, 200);
      assert.deepEqual(Object.keys(answer.body).sort(), [
        'access_token',
        'expires_in',
        'token_type',
      ]);
      assert.equal(answer.body.token_type, 'Bearer');
      assert.equal(answer.body.expires_in, 3600);
      assert.equal(answer.headers.get('cache-control'), 'no-store');
    });
  }
});

test('a token is an RS256 JWT whose claims anybody can check with the public keys', async () => {
  const before = Math.floor(app.clock.now().getTime() / 1000);

  const answer = await ask({ ...basic, ...form }, `${granted}&scope=bookings/get`);

  const jwks = createRemoteJWKSet(new URL(app.url + oauth.getJwks.path));
  const token = answer.body.access_token as string;
  const { payload } = await jwtVerify(token, jwks, { issuer: publicUrl, subject: client_id });
  const { iat, exp, jti, ...claims } = payload;
  assert.deepEqual(claims, {
    iss: publicUrl,
    sub: client_id,
    client_id,
    scope: 'bookings/get',
    token_use: 'access',
    generation: 1,
  });
  assert.ok(iat !== undefined && iat >= before && iat <= before + 60);
  assert.equal(exp, iat + 3600);
  assert.match(String(jti), /^[a-z0-9]{24}$/);
  const header = decodeProtectedHeader(token);
  assert.equal(header.alg, 'RS256');
  assert.equal(typeof header.kid, 'string');
});

test('two tokens of one second differ', async () => {
  const [one, two] = await Promise.all([
    ask({ ...basic, ...form }, granted),
    ask({ ...basic, ...form }, granted),
  ]);

  assert.notEqual(one.body.access_token, two.body.access_token);
});

test('the public keys hold nothing private', async () => {
  const response = await fetch(app.url + oauth.getJwks.path);

  const { keys } = (await response.json()) as { keys: object[] };
  assert.equal(keys.length, 1);
  assert.deepEqual(Object.keys(keys[0]!).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

test('without a scope a token carries every scope that was granted', async () => {
  const answer = await ask({ ...basic, ...form }, granted);

  assert.equal(claimsIn(answer.body.access_token).scope, 'practices/get bookings/get');
});

test('a scope that is asked for twice is carried once', async () => {
  const answer = await ask({ ...basic, ...form }, `${granted}&scope=bookings/get+bookings/get`);

  assert.equal(claimsIn(answer.body.access_token).scope, 'bookings/get');
});

function claimsIn(token: unknown) {
  return JSON.parse(Buffer.from(String(token).split('.')[1]!, 'base64url').toString());
}

describe('a token is refused in the form of RFC 6749, section 5.2:', () => {
  const credentials = `client_id=${client_id}&client_secret=${client_secret}`;
  const wrong = basicOf(client_id, 'x'.repeat(52));
  const invalidUtf8 = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
  const refusals: [string, string, Record<string, string>, (string | Uint8Array<ArrayBuffer>)?][] =
    [
      ['no credentials', 'invalid_client', form, granted],
      ['nothing at all', 'invalid_client', {}],
      ['a wrong secret', 'invalid_client', { ...wrong, ...form }, granted],
      [
        'an unknown id',
        'invalid_client',
        { ...basicOf('nobody', client_secret), ...form },
        granted,
      ],
      ['an endless id', 'invalid_client', { ...basicOf('x'.repeat(5_000), 'y'), ...form }, granted],
      ['an id with a NUL', 'invalid_client', { ...basicOf('a\u0000b', 'y'), ...form }, granted],
      [
        'an id with a NUL in JSON',
        'invalid_client',
        json,
        '{"grant_type":"client_credentials","client_id":"\\u0000","client_secret":"a"}',
      ],
      ['an empty secret', 'invalid_client', { ...basicOf(client_id, ''), ...form }, granted],
      [
        'Basic without a colon',
        'invalid_client',
        { authorization: 'Basic YWJj', ...form },
        granted,
      ],
      [
        'Basic that is no base64',
        'invalid_client',
        { authorization: 'Basic ?!', ...form },
        granted,
      ],
      [
        'a Bearer token instead of credentials',
        'invalid_client',
        { authorization: 'Bearer a', ...form },
        granted,
      ],
      [
        'the secret of another consumer',
        'invalid_client',
        form,
        `${granted}&client_id=${client_id}&client_secret=abc`,
      ],
      ['another grant', 'unsupported_grant_type', { ...basic, ...form }, 'grant_type=password'],
      [
        'a refresh token',
        'unsupported_grant_type',
        { ...basic, ...form },
        'grant_type=refresh_token&refresh_token=a',
      ],
      [
        'an unknown scope',
        'invalid_scope',
        { ...basic, ...form },
        `${granted}&scope=all/everything`,
      ],
      [
        'a scope that was not granted',
        'invalid_scope',
        { ...basic, ...form },
        `${granted}&scope=bookings/post`,
      ],
      [
        'a scope beside one that was granted',
        'invalid_scope',
        { ...basic, ...form },
        `${granted}&scope=bookings/get+bookings/post`,
      ],
      ['no grant_type', 'invalid_request', { ...basic, ...form }, 'scope=bookings/get'],
      ['no grant_type, credentials in the body', 'invalid_request', form, credentials],
      ['an empty grant_type', 'invalid_request', { ...basic, ...form }, 'grant_type='],
      ['grant_type twice', 'invalid_request', { ...basic, ...form }, `${granted}&${granted}`],
      ['scope twice', 'invalid_request', { ...basic, ...form }, `${granted}&scope=a&scope=b`],
      [
        'client_id twice',
        'invalid_request',
        form,
        `${granted}&${credentials}&client_id=${client_id}`,
      ],
      ['an empty form', 'invalid_request', { ...basic, ...form }, ''],
      ['an empty JSON body', 'invalid_request', { ...basic, ...json }, ''],
      ['no body', 'invalid_request', basic],
      ['JSON that does not parse', 'invalid_request', { ...basic, ...json }, '{"grant_type":'],
      ['bytes that are no text', 'invalid_request', { ...basic, ...json }, invalidUtf8],
      ['a JSON list', 'invalid_request', { ...basic, ...json }, '[]'],
      ['a JSON text', 'invalid_request', { ...basic, ...json }, '"client_credentials"'],
      [
        'a parameter that is no text',
        'invalid_request',
        { ...basic, ...json },
        '{"grant_type":["client_credentials"]}',
      ],
      [
        'a prototype',
        'invalid_request',
        { ...basic, ...json },
        '{"__proto__":{"grant_type":"client_credentials"}}',
      ],
      ['plain text', 'invalid_request', { ...basic, 'content-type': 'text/plain' }, granted],
      ['XML', 'invalid_request', { ...basic, 'content-type': 'application/xml' }, '<grant/>'],
      [
        'a body without a content type',
        'invalid_request',
        basic,
        new TextEncoder().encode(granted),
      ],
      [
        'an empty content type',
        'invalid_request',
        { ...basic, 'content-type': '' },
        new TextEncoder().encode(granted),
      ],
    ];
  for (const [name, error, headers, body] of refusals) {
    test(`${name} is ${error}`, async () => {
      const answer = await ask(headers, body);

      assert.equal(answer.body.error, error);
      assert.equal(answer.status, error === 'invalid_client' ? 401 : 400);
      assert.deepEqual(
        Object.keys(answer.body).filter((member) => !/^error(_description)?$/.test(member)),
        [],
      );
      assert.equal(answer.headers.get('cache-control'), 'no-store');
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
      const challenge = answer.headers.get('www-authenticate');
      assert.match(String(challenge), error === 'invalid_client' ? /^Basic realm=/ : /^null$/);
    });
  }

  test('a body of 2 MB is refused as too large', async () => {
    const answer = await ask({ ...basic, ...form }, `${granted}&x=${'y'.repeat(2_000_000)}`);

    assert.equal(answer.status, 413);
  });
});

test('every scope of the contract can be granted', async () => {
  const all = await makeClient(app, organization);

  const answer = await ask(
    { ...basicOf(all.client_id, all.client_secret), ...form },
    `${granted}&scope=${schedulingScopes.join('+')}`,
  );

  assert.equal(claimsIn(answer.body.access_token).scope, schedulingScopes.join(' '));
});

test('after 60 failed attempts within a minute an address has to wait, unless it is right', async () => {
  app.clock.advance({ minutes: 2 });
  const wrong = { ...basicOf(client_id, 'wrong'), ...form };
  for (let attempt = 0; attempt < 60; attempt += 1) {
    assert.equal((await ask(wrong, granted)).status, 401);
  }

  const refused = await ask(wrong, granted);
  const right = await ask({ ...basic, ...form }, granted);
  app.clock.advance({ seconds: 61 });
  const later = await ask(wrong, granted);

  assert.equal(refused.status, 429);
  assert.equal(refused.body.status, 'too_many_requests');
  assert.match(refused.headers.get('retry-after') ?? '', /^([1-9]|[1-5]\d|60)$/);
  assert.equal(right.status, 200);
  assert.equal(later.status, 401);
});
