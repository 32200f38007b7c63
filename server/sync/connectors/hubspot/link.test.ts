import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { makeHubspot, openHubspot, readAll, unlimited } from './testing/place.ts';

const tooMany = (policyName: string, headers: Record<string, string> = {}) => ({
  status: 429,
  headers,
  body: {
    status: 'error',
    message: 'You have reached a limit.',
    errorType: 'RATE_LIMIT',
    policyName,
  },
});

test('a connection is looked at, and what its token does not open is said', async () => {
  const hubspot = await makeHubspot({ records: 10 });
  const session = await openHubspot(hubspot);
  const well = await session.check();
  const forbidden = {
    status: 403,
    body: { status: 'error', category: 'MISSING_SCOPES', message: 'No.' },
  };

  hubspot.hook = ({ path }) => (path.includes('tickets') ? forbidden : undefined);
  const partly = await session.check();
  hubspot.hook = () => forbidden;
  const refused = session.check();
  const wrong = await openHubspot({ url: hubspot.url, credentials: { access_token: 'pat-wrong' } });

  assert.deepEqual(well.warnings, []);
  assert.match(partly.warnings[0] ?? '', /tickets: add crm\.objects\.tickets\.read/);
  await assert.rejects(refused, { kind: 'configuration' });
  hubspot.hook = undefined;
  await assert.rejects(wrong.check(), (error: Error & { kind: string; upstream?: string }) => {
    assert.equal(error.kind, 'configuration');
    assert.match(error.message, /does not accept the credentials \(401\)/);
    assert.ok(!`${error.message}${error.upstream}`.includes('pat-wrong'));
    return true;
  });
});

test('a name that leads to a private address is refused, and so is a redirect', async () => {
  const hubspot = await makeHubspot({ records: 10 });
  const { port } = new URL(hubspot.url);
  const named = { url: `http://crm.example:${port}`, credentials: hubspot.credentials };
  const addressesOf = async () => ['127.0.0.1'];
  const guarded = await openHubspot({ ...named, addressesOf, allowPrivateHosts: [] });
  const allowed = await openHubspot({ ...named, addressesOf, allowPrivateHosts: ['crm.example'] });
  const plain = await openHubspot({
    ...hubspot,
    url: hubspot.url,
    credentials: hubspot.credentials,
    allowPrivateHosts: [],
  });

  await assert.rejects(guarded.check(), { kind: 'configuration', message: /private address/ });
  await assert.rejects(plain.check(), { kind: 'configuration', message: /private address/ });
  assert.equal(hubspot.heard.length, 0);
  assert.deepEqual((await allowed.check()).warnings, []);
  const heard = hubspot.heard.length;
  hubspot.hook = () => ({ status: 302, headers: { location: `${hubspot.url}/elsewhere` } });
  await assert.rejects(allowed.check(), {
    kind: 'configuration',
    message: /leads to another address/,
  });
  assert.equal(hubspot.heard.length, heard + 1);
});

test('who is refused for a moment waits, and nothing is lost', async () => {
  const hubspot = await makeHubspot({ records: 500 });
  const session = await openHubspot(hubspot);
  let refusals = 0;
  hubspot.hook = ({ path }) => {
    if (!path.endsWith('/contacts') || refusals === 3 || hubspot.heard.length < 3) return undefined;
    refusals += 1;
    return tooMany('TEN_SECONDLY_ROLLING', { 'retry-after': '0.05' });
  };

  const { rows } = await readAll(session, 'contacts');

  assert.equal(refusals, 3);
  assert.equal(rows.length, 500);
});

test('as fast as the headers say: what is left of ten seconds is not gone beyond', async () => {
  const hubspot = await makeHubspot({ records: 300 });
  const session = await openHubspot(hubspot);
  await session.describe('contacts');
  hubspot.throttle.limits = { ...unlimited, daily: 1_000, interval: 3 };

  const began = performance.now();
  const { rows } = await readAll(session, 'contacts', { fields: ['hs_object_id'] });
  const more = await readAll(session, 'contacts', { fields: ['hs_object_id'], batchesMax: 1 });

  assert.equal(rows.length, 300);
  assert.equal(more.rows.length, 100);
  assert.ok(performance.now() - began >= 9_000);
  assert.ok(hubspot.heard.every(({ status }) => status === 200));
});

test('a day that is used up, a server that is busy and an answer that is none are told apart', async () => {
  const hubspot = await makeHubspot({ records: 10 });
  const session = await openHubspot(hubspot);
  const after = async (instead: ReturnType<NonNullable<typeof hubspot.hook>>) => {
    hubspot.hook = () => instead;
    return session.query({ object: 'deals', limit: 1 });
  };

  await assert.rejects(after(tooMany('DAILY')), { kind: 'retry', retryAfterSeconds: 3_600 });
  await assert.rejects(after({ status: 502, body: {} }), { kind: 'retry' });
  await assert.rejects(after({ status: 477, headers: { 'retry-after': '90' } }), {
    ...{ kind: 'retry', retryAfterSeconds: 90 },
  });
  await assert.rejects(after({ status: 200, body: 'nonsense' }), { kind: 'configuration' });
  await assert.rejects(after({ status: 200, body: [] }), { kind: 'configuration' });
});

test('a run that is ended waits for no answer', async () => {
  const hubspot = await makeHubspot({ records: 10 });
  const session = await openHubspot(hubspot);
  await session.describe('contacts');
  hubspot.hook = () => ({ waitMilliseconds: 60_000 });
  const controller = new AbortController();

  const reading = readAll(session, 'contacts', { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 50);

  await assert.rejects(reading, /enough/);
});

test('an answer that is no JSON, or is cut, is told as such', async () => {
  for (const [type, text] of [
    ['text/html', '<html>Welcome</html>'],
    ['application/json', '{"results":['],
  ] as const) {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': type }).end(text);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const session = await openHubspot({ url, credentials: { access_token: 'x' } });

    await assert.rejects(session.check(), {
      kind: 'configuration',
      message: /did not answer JSON/,
    });
  }
});
