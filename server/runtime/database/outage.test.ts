import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Server } from '../../main.ts';
import { silent } from '../../testing/cluster.ts';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { readConfig } from '../config.ts';
import { holdTable, untilWaiting } from '../testing/hold.ts';
import { asOwner } from '../testing/owner.ts';
import { relayTo } from '../testing/relay.ts';
import { until } from '../testing/until.ts';

const app = await startServer();
const { token, location, doctor } = await makeScene(app);
const address = app.address as { host: string; port: number; database: string; user: string };

async function list(url: string) {
  const headers = { authorization: token };
  const response = await fetch(`${url}/scheduling/practices`, { headers });
  const body = (await response.json()) as { status?: string };
  return { status: response.status, slug: body.status, headers: response.headers };
}

test('connections that end between requests are replaced without anybody noticing', async () => {
  await Promise.all(Array.from({ length: 30 }, () => list(app.url)));

  await asOwner(
    app.address,
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );

  await until('it answers', async () => (await list(app.url)).status === 200);
  const answers = await Promise.all(Array.from({ length: 30 }, () => list(app.url)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
});

test('a connection that ends during a request is a 503, and nothing was written', async () => {
  const held = await holdTable(app.server.platform.database, 'scheduling.booking');
  const request = fetch(`${app.url}/scheduling/bookings`, {
    method: 'POST',
    headers: { authorization: token, 'content-type': 'application/json' },
    body: JSON.stringify({
      start: '2030-01-01T09:00',
      location_id: location.id,
      doctor_id: doctor.id,
    }),
  });
  await untilWaiting(app.address);

  await asOwner(
    app.address,
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity
     where datname = current_database() and usename = 'heddle_app'`,
  );
  const response = await request;
  await held.release();

  assert.equal(response.status, 503);
  const bookings = await asOwner(app.address, 'select from scheduling.booking');
  assert.equal(bookings.length, 0);
});

test('a database that is gone is a 503 with Retry-After, and all is well once it is back', async () => {
  const relay = await relayTo(join(address.host, `.s.PGSQL.${address.port}`));
  const environment = { HEDDLE_DATA: app.dataDirectory, HEDDLE_PORT: '0' };
  const server = new Server(
    readConfig(environment),
    { ...address, host: '127.0.0.1', port: relay.port },
    silent,
  );
  await server.start();
  const url = `http://127.0.0.1:${await server.listen()}`;
  assert.equal((await list(url)).status, 200);

  relay.cut();
  const away = await Promise.all(Array.from({ length: 20 }, () => list(url)));
  const [health, ready] = await Promise.all(
    ['healthz', 'readyz'].map(async (path) => (await fetch(`${url}/${path}`)).status),
  );
  const refused = relay.refused();
  await until('it has tried to come back several times', () => relay.refused() > refused + 8);
  relay.mend();
  await until('it answers', async () => (await list(url)).status === 200);
  await until('it is ready', async () => (await fetch(`${url}/readyz`)).status === 200);
  await until('it listens', () => server.platform.listener.connected);
  const listeners = await asOwner(
    app.address,
    `select pid from pg_stat_activity where datname = current_database()
       and application_name like 'heddle % listener'`,
  );
  await server.stop();
  await relay.close();

  for (const { status, slug, headers } of away) {
    assert.equal(status, 503);
    assert.equal(slug, 'overloaded');
    assert.ok(Number(headers.get('retry-after')) >= 1);
  }
  assert.deepEqual([health, ready], [200, 503]);
  assert.equal(listeners.length, 2, 'one for each server');
});
