import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { requestToken } from '../../../contract/client.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';

const app = await startServer();
const other = await app.another();
const { client_id, client_secret, token } = await makeClient(app, await makeOrganization(app));

async function statusAt(url: string, authorization: string): Promise<number> {
  return (await fetch(`${url}/scheduling/practices`, { headers: { authorization } })).status;
}

async function keysAt(url: string): Promise<JSONWebKeySet> {
  return (await fetch(`${url}/.well-known/jwks.json`)).json() as Promise<JSONWebKeySet>;
}

const tokenAt = async (url: string) =>
  (await requestToken(url, { client_id, client_secret })).access_token;
const kidOf = (jwt: string) => decodeProtectedHeader(jwt).kid;

test('processes that start on one database sign with one key', async () => {
  const [here, there] = await Promise.all([tokenAt(app.url), tokenAt(other.url)]);

  assert.equal(kidOf(here), kidOf(there));
  assert.equal(await statusAt(other.url, here), 200);
  assert.equal(await statusAt(app.url, there), 200);
});

test('a new key signs at once and is believed in every process, the old one until its tokens have ended', async () => {
  await app.server.platform.signingKeys.rotate();

  const fresh = await tokenAt(app.url);
  const believed = [await statusAt(other.url, fresh), await statusAt(other.url, token)];
  const published = await keysAt(other.url);

  assert.notEqual(kidOf(fresh), kidOf(token));
  assert.deepEqual(believed, [200, 200]);
  assert.deepEqual(
    published.keys.map(({ kid }) => kid),
    [kidOf(fresh), kidOf(token)],
  );
  for (const jwt of [fresh, token]) await jwtVerify(jwt, createLocalJWKSet(published));
});

test('housekeeping forgets a key once no token of it can be alive, and not before', async () => {
  const { signingKeys } = app.server.platform;
  app.clock.advance({ minutes: 59 });
  await signingKeys.tend();
  const early = await keysAt(app.url);
  app.clock.advance({ minutes: 62 });
  await signingKeys.tend();

  const late = await keysAt(app.url);

  assert.equal(early.keys.length, 2);
  const signing = kidOf(await tokenAt(app.url));
  assert.deepEqual(
    late.keys.map(({ kid }) => kid),
    [signing],
  );
  await until('the other process has forgotten it, too', async () => {
    const { keys } = await keysAt(other.url);
    return keys.length === 1;
  });
});

test('a key that has signed for 90 days is replaced', async () => {
  const before = kidOf(await tokenAt(app.url));
  app.clock.advance({ days: 91 });

  await app.server.platform.signingKeys.tend();

  assert.notEqual(kidOf(await tokenAt(app.url)), before);
});

test('of processes that rotate at once one wins, and no key is lost', async () => {
  const before = kidOf(await tokenAt(app.url));

  await Promise.all([
    app.server.platform.signingKeys.rotate(),
    other.server.platform.signingKeys.rotate(),
  ]);

  const [here, there] = await Promise.all([tokenAt(app.url), tokenAt(other.url)]);
  const { keys } = await keysAt(app.url);
  assert.equal(kidOf(here), kidOf(there));
  const kids = keys.map(({ kid }) => kid);
  assert.ok(kids.includes(kidOf(here)) && kids.includes(before));
});

test('the database keeps private keys sealed', async () => {
  const { system } = app.server.platform.database;

  const rows = await system.reading.rows<{ sealed: string; jwk: object }>(
    `select encode(sealed_private_key, 'escape') as sealed, public_jwk as jwk
     from platform.signing_key`,
  );

  for (const { sealed, jwk } of rows) {
    assert.doesNotMatch(sealed, /PRIVATE KEY/);
    assert.deepEqual(
      Object.keys(jwk).filter((member) => /^(d|p|q|dp|dq|qi)$/.test(member)),
      [],
    );
  }
});
