import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSap, openSap, readAll } from './testing/place.ts';

test('a service is looked at, in the version that it speaks', async () => {
  const sap = await makeSap({ records: 3 });

  for (const version of ['v2', 'v4'] as const) {
    const session = await openSap(sap, { version });
    assert.deepEqual((await session.check()).warnings, []);
  }
  const wrong = await openSap(sap, { version: 'v4', config: { odata_version: 'v2' } });
  await assert.rejects(wrong.check(), { kind: 'configuration', message: /speaks v4/ });
});

test('credentials that are wrong are told, and not shown', async () => {
  const sap = await makeSap({ records: 3 });
  const session = await openSap(sap, { credentials: { user: 'COMM_USER', password: 'wrongword' } });

  await assert.rejects(session.check(), (error: Error & { kind: string; upstream?: string }) => {
    assert.equal(error.kind, 'configuration');
    assert.match(error.message, /does not accept the credentials \(401\)/);
    assert.ok(!`${error.message}${error.upstream}`.includes('wrongword'));
    return true;
  });
});

test('what is no service is told as such', async () => {
  const sap = await makeSap({ records: 3 });
  const session = await openSap(sap);
  const answered = async (instead: { status: number; body?: unknown }) => {
    sap.hook = () => instead;
    return session.check();
  };

  await assert.rejects(answered({ status: 200, body: '<html>' }), { kind: 'configuration' });
  await assert.rejects(answered({ status: 200, body: '<!DOCTYPE x [<!ENTITY a "b">]>' }), {
    ...{ kind: 'configuration', message: /did not answer XML/ },
  });
  await assert.rejects(answered({ status: 404 }), { kind: 'missing' });
  await assert.rejects(answered({ status: 502 }), { kind: 'retry' });
});

test('a name that leads to a private address is refused, and so is a redirect', async () => {
  const sap = await makeSap({ records: 3 });
  const { port, pathname } = new URL(sap.url('v2'));
  const config = { base_url: `http://erp.example:${port}${pathname}` };
  const addressesOf = async () => ['127.0.0.1'];
  const guarded = await openSap(sap, { config, terms: { addressesOf, allowPrivateHosts: [] } });
  const plain = await openSap(sap, { terms: { allowPrivateHosts: [] } });
  const terms = { addressesOf, allowPrivateHosts: ['erp.example'] };
  const allowed = await openSap(sap, { config, terms });

  await assert.rejects(guarded.check(), { kind: 'configuration', message: /private address/ });
  await assert.rejects(plain.check(), { kind: 'configuration', message: /private address/ });
  assert.equal(sap.heard.length, 0);
  assert.deepEqual((await allowed.check()).warnings, []);
  const heard = sap.heard.length;
  sap.hook = () => ({ status: 302, headers: { location: `${sap.origin}/elsewhere` } });
  const redirected = await openSap(sap, { config, terms });
  await assert.rejects(redirected.check(), {
    kind: 'configuration',
    message: /leads to another address/,
  });
  assert.equal(sap.heard.length, heard + 1);
});

test('a next page at the host that the service believes to be is asked for at the connection', async () => {
  const sap = await makeSap({ records: 30, pageSize: 10 });
  const session = await openSap(sap, { version: 'v4' });
  const { pathname } = new URL(sap.url('v4'));
  let links = 0;
  sap.hook = ({ path }) => {
    if (!path.endsWith('/AuditEntries') || links > 0) return undefined;
    links += 1;
    const link = `http://internal.example:50000${pathname}/AuditEntries?$skip=20`;
    return { status: 200, body: { value: [], '@odata.nextLink': link } };
  };

  const { rows } = await readAll(session, 'AuditEntries');
  links = 0;
  sap.hook = ({ path }) => {
    if (!path.endsWith('/AuditEntries')) return undefined;
    return { status: 200, body: { value: [], '@odata.nextLink': 'http://elsewhere.example/x' } };
  };

  assert.equal(rows.length, 10);
  await assert.rejects(readAll(session, 'AuditEntries'), { kind: 'configuration' });
});

test('a client of SAP in the base URL goes along with every request', async () => {
  const sap = await makeSap({ records: 30, pageSize: 10 });
  const base_url = `${sap.url('v2')}?sap-client=100`;
  const session = await openSap(sap, { config: { base_url } });

  await readAll(session, 'BusinessPartners');

  assert.ok(sap.heard.length >= 4);
  assert.deepEqual(
    sap.heard.filter(({ search }) => !search.includes('sap-client=100')),
    [],
  );
});

test('a token that ends in the middle is renewed, and a refusal for a moment waited for', async () => {
  const sap = await makeSap({ records: 60, pageSize: 10 });
  const session = await openSap(sap, { credentials: sap.oauth });
  let [asked, refused] = [0, 0];
  sap.hook = ({ path }) => {
    if (!path.endsWith('/BusinessPartners')) return undefined;
    asked += 1;
    if (asked === 3) sap.tokens.clear();
    if (asked !== 5 || refused > 0) return undefined;
    refused += 1;
    return { status: 429, headers: { 'retry-after': '0.05' } };
  };

  const { rows } = await readAll(session, 'BusinessPartners');

  assert.equal(new Set(rows.map(([number]) => number)).size, 60);
  assert.equal(rows.length, 60);
  const statuses = new Set(sap.heard.map(({ status }) => status));
  assert.ok(statuses.has(401) && statuses.has(429));
});

test('a run that is ended waits for no answer', async () => {
  const sap = await makeSap({ records: 3 });
  const session = await openSap(sap);
  await session.check();
  sap.hook = () => ({ waitMilliseconds: 60_000 });
  const controller = new AbortController();

  const reading = readAll(session, 'BusinessPartners', { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 50);

  await assert.rejects(reading, /enough/);
});
