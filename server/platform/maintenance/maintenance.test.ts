import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { setMaintenance } from './maintenance.ts';

const app = await startServer();
const other = await app.another();
const { token } = await makeScene(app);
const { database } = app.server.platform;
const urls = [app.url, other.url];

async function ask(url: string, path: string, init: RequestInit = {}) {
  const response = await fetch(url + path, init);
  await response.text();
  return { status: response.status, retryAfter: response.headers.get('retry-after') };
}

async function statusesOf(path: string, init: RequestInit = {}): Promise<number[]> {
  return Promise.all(urls.map(async (url) => (await ask(url, path, init)).status));
}

const authorized = { headers: { authorization: token } };
const turn = (on: boolean, seconds = 120) =>
  setMaintenance(database, { on, retry_after_seconds: seconds });
const untilAll = (status: number) =>
  until(`every process answers ${status}`, async () =>
    (await statusesOf('/scheduling/practices', authorized)).every((one) => one === status),
  );

test('maintenance closes the APIs in every process, the token endpoint too, and no health endpoint', async () => {
  const grant = { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials' }) };

  await turn(true);
  await untilAll(503);

  const answer = await ask(app.url, '/scheduling/practices');
  assert.deepEqual(answer, { status: 503, retryAfter: '120' });
  assert.deepEqual(await statusesOf('/oauth2/token', grant), [503, 503]);
  assert.deepEqual(await statusesOf('/scheduling/coffee', { method: 'POST' }), [503, 503]);
  assert.deepEqual(await statusesOf('/forms/form', authorized), [503, 503]);
  for (const path of ['/healthz', '/readyz', '/metrics', '/.well-known/jwks.json']) {
    assert.deepEqual(await statusesOf(path), [200, 200], path);
  }
});

test('its answer has the form of the API', async () => {
  await turn(true);
  await untilAll(503);

  const response = await fetch(`${app.url}/scheduling/practices`, authorized);

  const { status, message, request_id } = (await response.json()) as Record<string, string>;
  assert.equal(status, 'maintenance');
  assert.ok(message);
  assert.equal(request_id, response.headers.get('x-request-id'));
});

test('a process that starts meanwhile is closed, too', async () => {
  await turn(true);

  const late = await app.another();

  assert.equal((await ask(late.url, '/scheduling/practices', authorized)).status, 503);
});

test('its end opens the APIs in every process', async () => {
  await turn(true);
  await untilAll(503);

  await turn(false);

  await untilAll(200);
});

test('a process that could not hear of it learns of it when it listens again', async () => {
  await turn(false);
  await untilAll(200);

  const cut = asOwner(
    app.address,
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity
     where datname = current_database() and application_name like 'heddle % listener'`,
  );
  await turn(true);
  await cut;

  await untilAll(503);
});
