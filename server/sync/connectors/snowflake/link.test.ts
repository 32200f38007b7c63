import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { suite, test } from 'node:test';
import { makeAccount, openAccount, readAll } from './testing/account.ts';

const account = await makeAccount(3_000);

function otherKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

suite('a connection to Snowflake', () => {
  test('is checked, and writes no log', async () => {
    const session = await openAccount(account);

    assert.deepEqual(await session.check(), { warnings: [] });
    assert.ok(!existsSync('snowflake.log'));
  });

  test('tells nobody of this machine', async () => {
    const session = await openAccount(account);
    await session.check();

    assert.ok(!account.heard.some((one) => one.includes('/telemetry/')));
    assert.ok(account.logins.length > 0);
    for (const login of account.logins) {
      assert.deepEqual(login.CLIENT_ENVIRONMENT, { APPLICATION: 'Heddle' });
    }
  });

  test('is refused with a key that is not that of the user', async () => {
    const session = await openAccount(account, { credentials: { private_key: otherKey() } });

    await assert.rejects(session.check(), { kind: 'configuration', message: /390144/ });
  });

  test('is refused without a key, and with what is none', async () => {
    const open = (private_key: string | undefined) =>
      openAccount(account, { credentials: { private_key } });

    await assert.rejects(open(undefined), { kind: 'configuration', message: /private_key_id/ });
    await assert.rejects(open('secret'), (error: Error) => !error.message.includes('secret'));
  });

  test('reaches no private address that is not allowed, whatever it is called', async () => {
    const guarded = (base_url: string) =>
      openAccount(account, {
        config: { base_url },
        terms: { allowPrivateHosts: [], addressesOf: async () => ['127.0.0.1'] },
      });
    const { port } = new URL(account.url);
    const before = account.heard.length;

    for (const host of ['snowflake.example', '127.0.0.1', '[::1]']) {
      const session = await guarded(`http://${host}:${port}`);
      await assert.rejects(session.check(), { kind: 'configuration', message: /private address/ });
    }
    assert.equal(account.heard.length, before);
  });

  test('follows no redirect, and fetches no piece from where it may not', async () => {
    const headers = { location: 'http://169.254.169.254/latest' };
    account.trouble({ of: /login-request/, answer: { status: 302, headers } });
    const redirected = await openAccount(account);
    const session = await openAccount(account, {
      terms: { allowPrivateHosts: ['127.0.0.1'] },
    });
    account.chunkOrigin = 'http://10.0.0.1:9';

    await assert.rejects(redirected.check(), { message: /leads to another address/ });
    await assert.rejects(readAll(session, { object: 'RAW.CONTACTS', key: ['ID'] }), {
      message: /private address/,
    });
    account.chunkOrigin = undefined;
  });

  test('waits as long as it is told when there are too many requests, in the middle too', async () => {
    const session = await openAccount(account);
    const answer = { status: 429, headers: { 'retry-after': '0' } };
    account.trouble({ of: /\/chunks\//, answer, after: 1, times: 2 });
    account.trouble({ of: /query-request/, answer: { ...answer, status: 503 } });

    const { rows } = await readAll(session, { object: 'RAW.CONTACTS', key: ['ID'] });

    assert.equal(rows.length, 3_000);
  });

  test('renews a token that ends in the middle', async () => {
    const session = await openAccount(account);
    await session.check();
    account.sessions.expire();

    const page = await session.query({ object: 'RAW.CONTACTS', limit: 10 });

    assert.equal(page.rows.length, 10);
  });

  test('says that a session which is gone can be tried again', async () => {
    const session = await openAccount(account);
    await session.check();
    account.sessions.forget();

    await assert.rejects(session.query({ object: 'RAW.CONTACTS', limit: 1 }), { kind: 'retry' });
  });

  test('ends with the signal of its run', async () => {
    const end = new AbortController();
    const session = await openAccount(account, { terms: { signal: end.signal } });
    await session.check();
    account.trouble({ of: /query-request/, answer: undefined });
    const asked = session.query({ object: 'RAW.CONTACTS', limit: 1 });
    end.abort();

    await assert.rejects(asked);
  });
});
