import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { migrateDatabase, Server } from '../../main.ts';
import { TestClock } from '../../testing/clock.ts';
import { silent } from '../../testing/cluster.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import { readConfig } from '../config.ts';
import { asOwner } from '../testing/owner.ts';
import { makeClusters } from '../testing/replica.ts';
import { until } from '../testing/until.ts';

// Roles belong to a whole cluster, so this one is the test's own.
const clusters = await makeClusters();
const { address } = await clusters.start('walled');
await migrateDatabase(address, silent);
const clock = new TestClock();
const server = compose();
await server.start();
const url = `http://127.0.0.1:${await server.listen()}`;
const app = { url, server, clock, address } as TestServer;
const organization = await makeOrganization(app);
const { token } = await makeClient(app, organization);
after(async () => {
  await server.stop();
  await clusters.remove();
});

function compose(): Server {
  const environment = { HEDDLE_DATA: join(clusters.folder, 'server'), HEDDLE_PORT: '0' };
  return new Server(readConfig(environment), address, silent, clock);
}

const get = (path: string) => fetch(url + path, { headers: { authorization: token } });

async function problem(): Promise<string> {
  return ((await (await get('/readyz')).json()) as { status: string }).status;
}

const breaches: [string, string, string][] = [
  ['is above it', 'alter role heddle_app bypassrls', 'alter role heddle_app nobypassrls'],
  ['is a superuser', 'alter role heddle_system superuser', 'alter role heddle_system nosuperuser'],
  [
    'has the rights of the owner',
    'grant postgres to heddle_app',
    'revoke postgres from heddle_app',
  ],
];
for (const [what, make, mend] of breaches) {
  test(`a server whose role ${what} does not start, and is not ready while it runs`, async () => {
    assert.equal(await problem(), 'ok');
    await asOwner(address, make);
    const other = compose();

    const running = await problem();
    await assert.rejects(
      other.start(),
      /^Error: heddle_(app|system) bypasses row-level security: /,
    );

    await other.stop();
    await asOwner(address, mend);
    assert.equal(running, 'row-level security bypassed');
    assert.equal(await problem(), 'ok');
  });
}

test('a transaction that does not act as its role is refused, and leaves nothing', async () => {
  await asOwner(address, 'grant heddle_system to heddle_app');
  await asOwner(address, 'alter role heddle_app set role = heddle_system');
  await asOwner(
    address,
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = 'heddle_app'`,
  );

  const refused = await until('it is refused', async () => {
    const response = await get('/scheduling/practices');
    return response.status === 500 && response;
  });
  const text = await refused.text();
  const write = () =>
    server.platform.database.of(organization).transaction(async (tx) => {
      tx.write(
        `insert into platform.audit (organization_id, actor, action, subject, created_at)
         values ($1, 'test', 'past the wall', '', now())`,
        [organization],
      );
    });
  // Whether the two refusals arrive in one piece is chance.
  for (let time = 0; time < 50; time += 1) {
    await assert.rejects(write, /a transaction ran as heddle_system instead of heddle_app/);
  }
  const left = await asOwner(address, `select from platform.audit where action = 'past the wall'`);
  const unready = await problem();

  await asOwner(address, 'alter role heddle_app reset role');
  await asOwner(address, 'revoke heddle_system from heddle_app');
  assert.doesNotMatch(text, /heddle_/);
  assert.deepEqual(left, []);
  assert.equal(unready, 'row-level security bypassed');
  await until('it answers', async () => {
    await asOwner(
      address,
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = 'heddle_app'`,
    );
    return (await get('/scheduling/practices')).status === 200;
  });
});
