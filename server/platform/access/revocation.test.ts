import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { requestToken } from '../../../contract/client.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { createConsumer, revokeConsumer, rotateConsumer } from '../consumers/consumers.ts';
import { createKey, revokeKey } from './keys.ts';

const app = await startServer();
const other = await app.another();
const urls = [app.url, other.url];
const organization = await makeOrganization(app);
const { system } = app.server.platform.database;

async function statusesOf(authorization: string): Promise<number[]> {
  const headers = { authorization };
  return Promise.all(
    urls.map(async (url) => (await fetch(`${url}/scheduling/practices`, { headers })).status),
  );
}

async function errorsFor(credentials: { client_id: string; client_secret: string }) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...credentials });
  return Promise.all(
    urls.map(async (url) => {
      const response = await fetch(`${url}/oauth2/token`, { method: 'POST', body });
      return ((await response.json()) as { error?: string }).error;
    }),
  );
}

/** A consumer whose secret and token both processes know by heart. */
async function makeKnown() {
  const consumer = await makeClient(app, organization);
  assert.deepEqual(await statusesOf(consumer.token), [200, 200]);
  assert.deepEqual(await errorsFor(consumer), [undefined, undefined]);
  return consumer;
}

const rotate = (clientId: string) =>
  system.transaction((tx) => rotateConsumer(tx, clientId, app.clock.now()));

async function untilRefused(token: string): Promise<void> {
  await until('every process refuses the token', async () =>
    (await statusesOf(token)).every((status) => status === 401),
  );
}

describe('rotating a consumer', () => {
  test('gives a secret and tokens that every process takes in the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { client_id } = await makeKnown();

      const credentials = await rotate(client_id);
      const { access_token } = await requestToken(urls[round % 2]!, credentials);
      const statuses = await statusesOf(access_token);

      assert.deepEqual(statuses, [200, 200]);
      assert.deepEqual(await errorsFor(credentials), [undefined, undefined]);
    }
  });

  test('ends the old secret and every token that was issued to it', async () => {
    const { client_id, client_secret, token } = await makeKnown();

    await rotate(client_id);

    await untilRefused(token);
    const errors = await errorsFor({ client_id, client_secret });
    assert.deepEqual(errors, ['invalid_client', 'invalid_client']);
  });

  test('leaves other consumers alone', async () => {
    const [one, two] = [await makeKnown(), await makeKnown()];

    await rotate(one.client_id);

    await untilRefused(one.token);
    assert.deepEqual(await statusesOf(two.token), [200, 200]);
  });

  test('is refused for a consumer that does not exist or was revoked', async () => {
    const { client_id } = await makeKnown();
    await system.transaction((tx) => revokeConsumer(tx, client_id, app.clock.now()));

    await assert.rejects(rotate(client_id), /no active consumer/);
    await assert.rejects(rotate('nobody'), /no active consumer/);
  });
});

test('revoking a consumer ends its secret and its tokens in every process', async () => {
  const { client_id, client_secret, token } = await makeKnown();

  await system.transaction((tx) => revokeConsumer(tx, client_id, app.clock.now()));

  await untilRefused(token);
  const errors = await errorsFor({ client_id, client_secret });
  assert.deepEqual(errors, ['invalid_client', 'invalid_client']);
});

test('a revocation that is rolled back revokes nothing', async () => {
  const { client_id, token } = await makeKnown();

  const attempt = system.transaction(async (tx) => {
    await revokeConsumer(tx, client_id, app.clock.now());
    throw new Error('changed my mind');
  });

  await assert.rejects(attempt, /changed my mind/);
  assert.deepEqual(await statusesOf(token), [200, 200]);
});

test('a process whose listening connection is cut misses no revocation', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { client_id, token } = await makeKnown();

    const cut = asOwner(
      app.address,
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
       where datname = current_database() and application_name like 'heddle % listener'`,
    );
    await system.transaction((tx) => revokeConsumer(tx, client_id, app.clock.now()));
    await cut;

    await untilRefused(token);
  }
  const { listener } = other.server.platform;
  await until('it listens again', () => listener.connected);
});

test('a static key is known but has no scope here, until it is revoked', async () => {
  const { id, key } = await system.transaction((tx) =>
    createKey(tx, organization, { name: 'Test', plan: 'unlimited', kind: 'sync' }, app.clock.now()),
  );
  assert.match(key, /^ts_live_[\w-]{32}$/);
  assert.deepEqual(await statusesOf(key), [403, 403]);
  assert.deepEqual(await statusesOf(`Bearer ${key}`), [403, 403]);

  await system.transaction((tx) => revokeKey(tx, organization, id, app.clock.now()));

  await untilRefused(key);
});

test('a static key of another organization cannot be revoked', async () => {
  const { id, key } = await system.transaction((tx) =>
    createKey(tx, organization, { name: 'Test', plan: 'unlimited', kind: 'sync' }, app.clock.now()),
  );
  const stranger = await makeOrganization(app);

  const attempt = system.transaction((tx) => revokeKey(tx, stranger, id, app.clock.now()));

  await assert.rejects(attempt, /no active key/);
  assert.deepEqual(await statusesOf(key), [403, 403]);
});

test('credentials that are made after they were asked for are taken', async () => {
  const made = { client_id: 'made-later', client_secret: 'a'.repeat(52) };
  assert.deepEqual(await errorsFor(made), ['invalid_client', 'invalid_client']);

  await makeWith(made);

  assert.deepEqual(await errorsFor(made), [undefined, undefined]);
});

async function makeWith(credentials: { client_id: string; client_secret: string }) {
  const consumer = { name: 'Late', scopes: [], resourceIds: null, plan: 'unlimited' as const };
  await system.transaction((tx) =>
    createConsumer(tx, organization, consumer, app.clock.now(), credentials),
  );
}
