import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorkday, openWorkday, readAll } from './testing/place.ts';

test('a tenant is looked at, with a user for reports or a client for everything', async () => {
  const workday = await makeWorkday({ records: 3 });
  const own = { client_id: workday.client.client_id, client_secret: workday.client.client_secret };

  for (const credentials of [workday.oauth, own, workday.credentials]) {
    const session = await openWorkday(workday, { credentials });
    assert.deepEqual((await session.check()).warnings, []);
  }
  const config = { reports: [] };
  const blind = await openWorkday(workday, { config, credentials: workday.credentials });
  await assert.rejects(blind.check(), { kind: 'configuration', message: /config\.reports/ });
  const byUser = await openWorkday(workday, { credentials: workday.credentials });
  assert.deepEqual(
    (await byUser.objects({ limit: 10 })).map(({ name }) => name),
    ['Headcount'],
  );
  await assert.rejects(byUser.describe('workers'), { kind: 'missing', message: /OAuth/ });
});

test('a client that may read reports only is warned of', async () => {
  const workday = await makeWorkday({ records: 3 });
  const session = await openWorkday(workday);
  workday.hook = ({ path }) => {
    return path.endsWith('/workers') ? { status: 403, body: { error: 'no scope' } } : undefined;
  };

  const { warnings } = await session.check();

  assert.equal(warnings.length, 1);
  assert.match(String(warnings[0]), /workers not: .*\(403\)/);
});

test('credentials that are wrong are told, and not shown', async () => {
  const workday = await makeWorkday({ records: 3 });
  const { client } = workday;
  const wrong = [
    { user: 'ISU_Heddle', password: 'wrongword' },
    { ...client, client_secret: 'wrongword' },
    { ...client, refresh_token: 'wrongword' },
  ];

  for (const credentials of wrong) {
    const session = await openWorkday(workday, { credentials });
    await assert.rejects(session.check(), (error: Error & { kind: string; upstream?: string }) => {
      assert.equal(error.kind, 'configuration');
      assert.ok(!`${error.message}${error.upstream}`.includes('wrongword'));
      return true;
    });
  }
});

test('a report that is not there, or is none, is told as such', async () => {
  const workday = await makeWorkday({ records: 3 });
  const report = { owner: 'ISU_Heddle', name: 'Headcount' };
  const opened = (more: object) => openWorkday(workday, { config: { reports: [more] } });

  const absent = await opened({ ...report, name: 'Nobody' });
  const keyed = await opened({ ...report, key: 'Nope' });
  await assert.rejects(absent.check(), { kind: 'missing' });
  await assert.rejects(keyed.check(), { kind: 'configuration', message: /no field "Nope"/ });
  await assert.rejects(
    opened(report).then((session) => session.describe('nothing/at')),
    {
      kind: 'missing',
    },
  );
  const html = await opened(report);
  workday.hook = () => ({ status: 200, text: '<html></html>' });
  await assert.rejects(html.check(), { kind: 'configuration', message: /does not describe/ });
  await assert.rejects(
    openWorkday(workday, { config: { reports: [report, report] } }),
    /two reports "Headcount"/,
  );
});

test('a name that leads to a private address is refused, and so is a redirect', async () => {
  const workday = await makeWorkday({ records: 3 });
  const base_url = `http://tenant.example:${new URL(workday.url).port}`;
  const addressesOf = async () => ['127.0.0.1'];
  const closed = { addressesOf, allowPrivateHosts: [] };

  for (const credentials of [workday.oauth, workday.credentials]) {
    const named = await openWorkday(workday, { config: { base_url }, credentials, terms: closed });
    const plain = await openWorkday(workday, { credentials, terms: closed });
    for (const session of [named, plain]) {
      await assert.rejects(session.check(), { kind: 'configuration', message: /private address/ });
      await assert.rejects(readAll(session, 'Headcount', { key: [] }), { kind: 'configuration' });
    }
  }
  assert.equal(workday.heard.length, 0);
  const terms = { addressesOf, allowPrivateHosts: ['tenant.example'] };
  const allowed = await openWorkday(workday, { config: { base_url }, terms });
  assert.deepEqual((await allowed.check()).warnings, []);
  const heard = workday.heard.length;
  workday.hook = () => ({ status: 302, headers: { location: `${workday.url}/elsewhere` } });
  await assert.rejects(readAll(allowed, 'Headcount'), {
    kind: 'configuration',
    message: /leads to another address/,
  });
  assert.equal(workday.heard.length, heard + 1);
});

test('a token that ends in the middle is renewed, and a refusal for a moment waited for', async () => {
  const workday = await makeWorkday({ records: 600 });
  const session = await openWorkday(workday);
  let [asked, refused] = [0, 0];
  workday.hook = ({ path }) => {
    if (!path.endsWith('/workers')) return undefined;
    asked += 1;
    if (asked === 3) workday.tokens.clear();
    if (asked !== 6 || refused > 0) return undefined;
    refused += 1;
    return { status: 429, headers: { 'retry-after': '0.05' } };
  };

  const { rows } = await readAll(session, 'workers', { fields: ['id'] });

  assert.equal(new Set(rows.flat()).size, 600);
  assert.equal(rows.length, 600);
  const statuses = new Set(workday.heard.map(({ status }) => status));
  assert.ok(statuses.has(401) && statuses.has(429));
});

test('a refusal without a time is of the moment, and what is said about it is kept', async () => {
  const workday = await makeWorkday({ records: 3 });
  const session = await openWorkday(workday);
  await session.check();
  const refusals = [
    { status: 429, kind: 'retry' },
    { status: 500, kind: 'retry' },
    { status: 400, kind: 'configuration' },
    { status: 403, kind: 'configuration' },
  ];
  for (const { status, kind } of refusals) {
    const errors = [{ error: 'It is too much.', field: 'limit', location: 'query' }];
    workday.hook = () => ({ status, body: { error: 'invalid request', errors } });
    for (const object of ['workers', 'Headcount']) {
      await assert.rejects(
        session.query({ object, limit: 1 }),
        (error: Error & { kind: string; upstream?: string }) => {
          assert.equal(error.kind, kind);
          assert.match(String(error.upstream), /It is too much/);
          return true;
        },
      );
    }
  }
});

test('a run that is ended waits for no answer, be it a page or a report', async () => {
  const workday = await makeWorkday({ records: 3 });
  const session = await openWorkday(workday);
  await session.describe('workers');
  await session.describe('Headcount');
  workday.hook = () => ({ waitMilliseconds: 60_000 });

  for (const object of ['workers', 'Headcount']) {
    const controller = new AbortController();
    const reading = readAll(session, object, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await assert.rejects(reading, /enough/);
  }
});

test('a report may take longer to begin than any other answer', async () => {
  const workday = await makeWorkday({ records: 3 });
  const session = await openWorkday(workday, { config: { timeout_seconds: 1 } });
  await session.describe('workers');
  await session.describe('Headcount');
  workday.hook = () => ({ waitMilliseconds: 1_500 });

  const { rows } = await readAll(session, 'Headcount');

  assert.equal(rows.length, 3);
  await assert.rejects(readAll(session, 'workers'), { kind: 'retry', message: /within 1 s/ });
});

test('nothing can be written', async () => {
  const workday = await makeWorkday({ records: 3 });
  const session = await openWorkday(workday);
  const rows = { object: 'workers', operation: 'insert', key: [], fields: [], rows: [] } as const;

  await assert.rejects(session.apply(rows), { kind: 'request', field: 'connection_id' });
});
