import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Server } from '../../main.ts';
import { silent } from '../../testing/cluster.ts';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { readConfig } from '../config.ts';
import { asOwner } from '../testing/owner.ts';
import { relayTo } from '../testing/relay.ts';
import { until } from '../testing/until.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { organization, token } = await makeScene(app);
const address = app.address as { host: string; port: number; database: string; user: string };
const relay = await relayTo(join(address.host, `.s.PGSQL.${address.port}`));
const worker = new Server(
  readConfig({ HEDDLE_DATA: app.dataDirectory, HEDDLE_PORT: '0' }),
  { ...address, host: '127.0.0.1', port: relay.port },
  silent,
);
await worker.start();
const url = `http://127.0.0.1:${await worker.listen()}`;
after(async () => {
  await worker.stop();
  await relay.close();
});

async function list() {
  const response = await fetch(`${url}/scheduling/practices`, {
    headers: { authorization: token },
  });
  await response.text();
  return response;
}

const ready = async () => (await fetch(`${url}/readyz`)).status;

/** Something happens, of which the worker reads in the log. */
async function happen(): Promise<void> {
  const { database } = app.server.platform;
  await database.of(organization).transaction(async (tx) => {
    await tx.rows(
      `insert into platform.event (organization, type, subject, data, created_at)
       values ($1, 'practice.created', 'any', '{}', now())`,
      [organization],
    );
  });
}

async function allRead(): Promise<boolean> {
  const [left] = await asOwner<{ count: number }>(
    app.address,
    `select count(*)::int as count from platform.event e, platform.event_reader r
     where (e.transaction, e.sequence) > (r.transaction, r.sequence)`,
  );
  return left?.count === 0;
}

test('connections that go silent are given up, and everything goes on over new ones', async () => {
  await Promise.all(Array.from({ length: 30 }, list));
  await happen();
  await until('it reads', allRead);

  relay.freeze();
  await happen();
  const silentAnswers = await Promise.all(Array.from({ length: 30 }, list));
  await until('it reads on', allRead);
  await until('it listens', () => worker.platform.listener.connected);
  const answers = await Promise.all(Array.from({ length: 30 }, list));

  for (const { status, headers } of silentAnswers) {
    assert.ok(status === 200 || (status === 503 && headers.has('retry-after')), String(status));
  }
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(await ready(), 200);
});

test('a database that takes up connections and says nothing is a 503, until it speaks', async () => {
  relay.swallow();
  const { status, headers } = await list();
  const unready = await ready();
  relay.mend();
  await until('it answers', async () => (await list()).status === 200);
  await happen();
  await until('it reads on', allRead);
  await until('it is ready', async () => (await ready()) === 200);

  assert.equal(status, 503);
  assert.ok(Number(headers.get('retry-after')) >= 1);
  assert.equal(unready, 503);
});
