import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { suite, test } from 'node:test';
import { ConnectorError } from '../failure.ts';
import { salesforce } from './index.ts';
import { credentialsOf, makeOrg, openOrg, readAll } from './testing/org.ts';

const failing =
  (kind: ConnectorError['kind'], text = '') =>
  (error: unknown) =>
    error instanceof ConnectorError && error.kind === kind && error.message.includes(text);

const org = await makeOrg(500);
const secretOf = (consumer_secret: string) => ({
  oauth_flow: 'client_credentials',
  consumer_key: org.signIn.consumerKey,
  consumer_secret,
});

suite('credentials', () => {
  test('of both flows sign in', async () => {
    for (const credentials of [credentialsOf(org), secretOf(org.signIn.consumerSecret)]) {
      const session = await openOrg(org, { credentials });

      assert.deepEqual(await session.check(), { warnings: [] });
    }
  });

  test('that are wrong are refused with the reason, and without what is secret', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const another = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const wrong = {
      'invalid assertion': { ...credentialsOf(org), private_key: another },
      "hasn't approved": { ...credentialsOf(org), username: 'eve@example.com' },
      'invalid client credentials': secretOf('another s3cret'),
    };
    for (const [reason, credentials] of Object.entries(wrong)) {
      const session = await openOrg(org, { credentials });

      await assert.rejects(session.check(), (error) => {
        assert.ok(failing('configuration', 'does not accept the credentials')(error));
        assert.ok((error as ConnectorError).upstream?.includes(reason));
        return !/s3cret|PRIVATE KEY/.test(JSON.stringify(error) + String(error));
      });
    }
    const session = await openOrg(org, {
      credentials: { ...credentialsOf(org), private_key: 'x' },
    });
    await assert.rejects(session.check(), failing('configuration', 'RSA key in PEM'));
  });

  test('that say too little are refused before anything is asked', async () => {
    const { private_key: _, ...keyless } = credentialsOf(org);
    await assert.rejects(
      openOrg(org, { credentials: keyless }),
      failing('configuration', 'private_key_id'),
    );
    const plain = { config: {}, credentials: secretOf('x') };
    const outside = {} as Parameters<typeof salesforce.open>[1];
    await assert.rejects(salesforce.open(plain, outside), failing('configuration', 'My Domain'));
  });

  test('are asked for again once where a token has ended, also in the middle of a read', async () => {
    const session = await openOrg(org);
    org.rest.pageSize = 100;
    const reading = await session.read({
      ...{ object: 'Contact', fields: ['Id'], key: ['Id'], batchBytes: 1 << 20, batchRows: 100 },
      signal: new AbortController().signal,
    });
    const before = org.heard.filter((said) => said.endsWith('/token')).length;
    let count = 0;
    for await (const batch of reading.batches) {
      count += batch.count;
      if (count === 200) org.signIn.expire();
    }

    assert.equal(count, 500);
    assert.equal(org.heard.filter((said) => said.endsWith('/token')).length - before, 1);
    org.trouble({
      of: /limits$/,
      answer: { status: 401, body: [{ errorCode: 'INVALID_SESSION_ID', message: 'no' }] },
      times: 2,
    });
    await assert.rejects(session.check(), failing('configuration', 'does not accept'));
  });

  test('are used once for all who need a token at the same time', async () => {
    const own = await makeOrg(0);
    const sessions = await Promise.all([1, 2, 3].map(() => openOrg(own)));
    await Promise.all(sessions.map((session) => session.check()));

    assert.equal(own.heard.filter((said) => said.endsWith('/token')).length, 1);
  });
});

suite('a busy org', () => {
  test('is waited for as long as it says, in the middle of a read', async () => {
    org.rest.pageSize = 100;
    const busy = { status: 429, headers: { 'retry-after': '0' }, text: 'slow down' };
    org.trouble({ of: /query\//, answer: busy, after: 1, times: 2 });
    const session = await openOrg(org);
    const { rows } = await readAll(session, 'Contact', { fields: ['Id'] });

    assert.deepEqual([rows.length, new Set(rows.flat()).size], [500, 500]);
  });

  test('that asks for longer, or has none left for the day, is tried again later', async () => {
    const session = await openOrg(org);
    org.trouble({
      of: /limits/,
      answer: { status: 503, headers: { 'retry-after': '600' }, text: '' },
    });
    await assert.rejects(session.check(), (error) => {
      return failing('retry')(error) && (error as ConnectorError).retryAfterSeconds === 600;
    });
    const body = [
      { errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' },
    ];
    org.trouble({ of: /limits/, answer: { status: 403, body } });
    await assert.rejects(session.check(), failing('retry', 'no requests left'));
  });

  test('that knows no such version says which setting is meant', async () => {
    const session = await openOrg(org, { config: { api_version: '99.0' } });
    org.trouble({
      of: /v99.0.limits/,
      answer: { status: 404, body: [{ errorCode: 'NOT_FOUND' }] },
    });

    await assert.rejects(session.check(), failing('configuration', 'config.api_version 99.0'));
  });
});

suite('the way to an org', () => {
  test('is refused where a name leads to this machine', async () => {
    const base_url = org.url.replace('127.0.0.1', 'org.example');
    const addressesOf = async () => ['127.0.0.1'];
    const open = (allowPrivateHosts: string[]) =>
      openOrg(org, { config: { base_url }, terms: { allowPrivateHosts, addressesOf } });
    const heard = org.heard.length;

    await assert.rejects((await open([])).check(), failing('configuration', 'private address'));
    assert.equal(org.heard.length, heard);
    assert.deepEqual(await (await open(['org.example'])).check(), { warnings: [] });
  });

  test('is refused where it leads on to another place, at the sign-in too', async () => {
    const own = await makeOrg(0);
    const session = await openOrg(own);
    const answer = { status: 302, headers: { location: 'http://127.0.0.1:1/' } };
    own.trouble({ of: /token/, answer });
    await assert.rejects(session.check(), failing('configuration', 'leads to another address'));
    own.trouble({ of: /limits/, answer });
    await assert.rejects(session.check(), failing('configuration', 'leads to another address'));
  });

  test('is the one that signing in says, over TLS or at the same place', async () => {
    const own = await makeOrg(0);
    const config = { base_url: undefined, login_url: own.url };
    assert.deepEqual(await (await openOrg(own, { config })).check(), { warnings: [] });

    const other = await makeOrg(0);
    const body = { access_token: 'x', instance_url: 'http://127.0.0.1:1', id: 'a/b' };
    other.trouble({ of: /token/, answer: { status: 200, body } });
    const session = await openOrg(other, { config: { ...config, login_url: other.url } });
    await assert.rejects(session.check(), failing('configuration', 'no instance_url'));
  });

  test('is taken in turn, and ends with the run', async () => {
    const controller = new AbortController();
    let turns = 0;
    const turn = async () => {
      turns += 1;
    };
    const session = await openOrg(org, { terms: { turn } });
    const before = org.heard.length;
    await session.check();
    assert.equal(turns, org.heard.length - before);

    org.trouble({ of: /query$/, answer: undefined });
    const reading = readAll(session, 'Contact', { signal: controller.signal });
    controller.abort();
    await assert.rejects(reading, { name: 'AbortError' });
  });
});
