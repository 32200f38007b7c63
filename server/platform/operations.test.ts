import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdTable, untilWaiting } from '../runtime/testing/hold.ts';
import { asOwner } from '../runtime/testing/owner.ts';
import { makeScene } from '../testing/makers.ts';
import { startServer } from '../testing/server.ts';

const app = await startServer();
const { token } = await makeScene(app);
const secret = 'hidden';

async function get(path: string, url = app.url) {
  const response = await fetch(url + path);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('a server that is well says so, and nothing else', async () => {
  const [health, ready] = await Promise.all([get('/healthz'), get('/readyz')]);

  assert.deepEqual([health.status, health.text], [200, '{"status":"ok"}']);
  assert.deepEqual([ready.status, ready.text], [200, '{"status":"ok"}']);
});

test('a server whose database lacks a migration is alive but not ready', async () => {
  const last = `(select max(name) from platform.migration)`;
  await asOwner(
    app.address,
    `update platform.migration set name = 'away-' || name where name = ${last}`,
  );

  const [health, ready] = await Promise.all([get('/healthz'), get('/readyz')]);

  await asOwner(
    app.address,
    `update platform.migration set name = replace(name, 'away-', '') where name like 'away-%'`,
  );
  assert.equal(health.status, 200);
  assert.equal(ready.status, 503);
  assert.equal(ready.headers.get('retry-after'), '1');
  assert.deepEqual(JSON.parse(ready.text), { status: 'database or migrations missing' });
  assert.equal((await get('/readyz')).status, 200);
});

test('a server that drains finishes what is under way and is not ready for more', async () => {
  const other = await app.another();
  const { server } = other;
  const held = await holdTable(app.server.platform.database, 'scheduling.booking');
  const request = fetch(`${other.url}/scheduling/bookings/1`, {
    headers: { authorization: token },
  });
  await untilWaiting(app.address);

  const stopped = server.stop();
  const ready = await server.http.inject('/readyz');
  const late = fetch(`${other.url}/healthz`);
  await assert.rejects(late, /fetch failed/);
  await held.release();
  const answer = await request;
  await stopped;

  assert.equal(ready.statusCode, 503);
  assert.deepEqual(ready.json(), { status: 'draining' });
  assert.equal(answer.status, 404);
});

test('metrics are text that Prometheus reads, with a line for each route and no ids', async () => {
  await fetch(`${app.url}/scheduling/bookings/kfXbQ`, { headers: { authorization: token } });
  await fetch(`${app.url}/nowhere/${secret}`);

  const { status, headers, text } = await get('/metrics');

  assert.equal(status, 200);
  assert.match(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const name = '[a-zA-Z_:][\\w:]*';
  const labels = `\\{${name}="(?:[^"\\\\\\n]|\\\\.)*"(?:,${name}="(?:[^"\\\\\\n]|\\\\.)*")*\\}`;
  const sample = new RegExp(`^${name}(?:${labels})? (?:[-+]?[\\d.eE+-]+|NaN|[+-]?Inf)$`);
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of lines) assert.match(line, line.startsWith('#') ? /^# (HELP|TYPE) / : sample);
  const route = 'method="GET",route="/scheduling/bookings/:id",status="404"';
  assert.ok(text.includes(`heddle_http_request_seconds_count{${route}} 1`));
  assert.ok(text.includes('route="none",status="404"'));
  assert.ok(!text.includes(secret) && !text.includes('kfXbQ'));
});

for (const metric of [
  'heddle_database_connections{pool="app",state="idle"}',
  'heddle_event_lag_seconds{reader="jobs"}',
  'heddle_event_horizon_transactions',
  'heddle_jobs{queue="mail.send",state="queued"}',
  'process_cpu_seconds_total',
]) {
  test(`metrics hold ${metric}`, async () => {
    const { text } = await get('/metrics');

    assert.ok(
      text.split('\n').some((line) => line.startsWith(`${metric} `)),
      text,
    );
  });
}
