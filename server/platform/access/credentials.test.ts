import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestToken } from '../../../contract/client.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { createConsumer, newCredentials, rotateConsumer } from '../consumers/consumers.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);
const { system } = app.server.platform.database;

// `openssl base64` begins a new line after 48 bytes.
const pairBytesMax = 48;

const bytesOf = ({ client_id, client_secret }: { client_id: string; client_secret: string }) =>
  Buffer.byteLength(`${client_id}:${client_secret}`);

test('id and secret are one line of `openssl base64`, new and after a rotation', async () => {
  const made = await makeClient(app, organization);

  const rotated = await system.transaction((tx) =>
    rotateConsumer(tx, made.client_id, app.clock.now()),
  );

  assert.ok(bytesOf(made) <= pairBytesMax);
  assert.ok(bytesOf(rotated) <= pairBytesMax);
  assert.ok((await requestToken(app.url, rotated)).access_token);
});

test('credentials of before, which were longer, stay; a rotation makes them short enough', async () => {
  const before = { client_id: 'i'.repeat(26), client_secret: 's'.repeat(52) };
  const consumer = { name: 'Old', scopes: [], resourceIds: null, plan: 'unlimited' as const };
  await system.transaction((tx) =>
    createConsumer(tx, organization, consumer, app.clock.now(), before),
  );
  assert.ok((await requestToken(app.url, before)).access_token);

  const rotated = await system.transaction((tx) =>
    rotateConsumer(tx, before.client_id, app.clock.now()),
  );

  assert.ok(bytesOf(rotated) <= pairBytesMax);
  assert.ok((await requestToken(app.url, rotated)).access_token);
});

test('no two are alike', () => {
  const all = Array.from({ length: 1_000 }, newCredentials);

  assert.equal(new Set(all.map(({ client_id }) => client_id)).size, all.length);
  assert.equal(new Set(all.map(({ client_secret }) => client_secret)).size, all.length);
});
