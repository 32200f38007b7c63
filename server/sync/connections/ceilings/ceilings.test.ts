import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Database } from '../../../runtime/database/database.ts';
import { asOwner } from '../../../runtime/testing/owner.ts';
import { silent } from '../../../testing/cluster.ts';
import { startServer } from '../../../testing/server.ts';
import { Busy } from '../../connectors/failure.ts';
import { makeDatabase, type TestDatabase } from '../../connectors/testing/databases.ts';
import { bodyOf, makeSync, makeSyncScene, run } from '../../testing/scene.ts';
import { Leases } from './leases.ts';
import { Turns } from './turns.ts';
import { Windows } from './windows.ts';

const app = await startServer();
const processes = [new Database(app.address, silent), new Database(app.address, silent)];
after(() => Promise.all(processes.map((database) => database.close())));
const databases: TestDatabase[] = [];
before(async () => {
  databases.push(...(await Promise.all([makeDatabase(), makeDatabase()])));
});
after(() => Promise.all(databases.map((database) => database.end())));

const { signal } = new AbortController();
const walls = (organization: number) => processes.map((database) => database.of(organization));
const statements = () => processes.reduce((sum, { statements: sent }) => sum + sent, 0);

async function makeConnection(config: Record<string, unknown> = {}, nth = 0) {
  const scene = await makeSyncScene(app);
  return { scene, ...(await connect(scene, config, nth)) };
}

type Scene = Awaited<ReturnType<typeof makeSyncScene>>;
async function connect(scene: Scene, config: Record<string, unknown>, nth: number) {
  const { credentials } = databases[nth] as TestDatabase;
  const body = { provider: 'postgres', name: 'Test', config, credentials };
  const { id } = bodyOf(await scene.client.createConnection({ body, query: { check: false } }));
  const organization = scene.organization;
  return { id, organization, own: { organization, id } };
}

for (const [perSecond, requests] of [
  [20, 11],
  [400, 201],
] as const) {
  test(`${requests} requests of two processes take their time at ${perSecond} a second`, async () => {
    const { own, organization } = await makeConnection();
    const turns = walls(organization).map((wall) => new Turns(wall, own, perSecond));
    const before = statements();
    const began = performance.now();

    await Promise.all(Array.from({ length: requests }, (_, nth) => turns[nth % 2]?.take(signal)));

    const seconds = (performance.now() - began) / 1000;
    assert.ok(seconds >= ((requests - 1) / perSecond) * 0.98, `${seconds} s`);
    const asked = statements() - before;
    assert.ok(asked <= requests, `${asked} statements`);
  });
}

test('of requests that the system limits no more begin within a second, in two processes together', async () => {
  const { own, organization } = await makeConnection({ max_connections: 2 });
  const windows = walls(organization).map((wall) => new Windows(wall, own));
  const limit = { name: 'search', perSecond: 5 };
  const begun: number[] = [];

  await Promise.all(
    Array.from({ length: 16 }, async (_, nth) => {
      await windows[nth % 2]?.take(limit, signal);
      begun.push(performance.now());
    }),
  );
  const places = await Promise.all(
    walls(organization).map((wall) => new Leases(wall, own, 2, 0).take(signal)),
  );

  begun.sort((a, b) => a - b);
  const spans = begun.slice(5).map((at, nth) => at - (begun[nth] as number));
  assert.ok(Math.min(...spans) >= 1_000, String(spans));
  assert.equal(places.length, 2);
});

test('a turn that nobody waits for any more does not hold the others up', async () => {
  const { own, organization } = await makeConnection();
  const [wall] = walls(organization);
  assert.ok(wall);
  const turns = new Turns(wall, own, 1);
  const controller = new AbortController();

  await turns.take(signal);
  const waiting = turns.take(controller.signal);
  controller.abort(new Error('enough'));

  await assert.rejects(waiting, { name: 'AbortError' });
  await assert.rejects(turns.take(controller.signal), /enough/);
});

test('two processes together have as many connections as are allowed, and one that died none', async () => {
  const { own, organization } = await makeConnection();
  const [first, second] = walls(organization).map((wall) => new Leases(wall, own, 2, 0));
  assert.ok(first && second);

  const [free] = await Promise.all([first.take(signal), second.take(signal)]);
  await assert.rejects(first.take(signal), Busy);
  await assert.rejects(second.take(signal), Busy);
  await free?.();
  await second.take(signal);
  await assert.rejects(first.take(signal), Busy);
  await walls(organization)[0]?.transaction((tx) =>
    tx.rows("update sync.lease set until = now() - interval '1 second'"),
  );
  const freed = await Promise.all([first.take(signal), second.take(signal)]);

  assert.equal(freed.length, 2);
});

test('many who come at once get no place twice', async () => {
  const { own, organization } = await makeConnection();
  const leases = walls(organization).map((wall) => new Leases(wall, own, 3, 0));

  const come = await Promise.allSettled(
    Array.from({ length: 12 }, (_, nth) => leases[nth % 2]?.take(signal)),
  );

  const taken = come.filter(({ status }) => status === 'fulfilled').length;
  assert.equal(taken, 3);
});

test('a sync between two systems that allow one connection each goes through', async () => {
  const config = { max_connections: 1, max_requests_per_second: 1_000 };
  const { scene, id: from } = await makeConnection(config, 0);
  const { id: to } = await connect(scene, config, 1);
  const [source] = databases;
  await source?.admin.query('create table one (id int primary key); insert into one values (1)');

  const syncId = await makeSync(scene, { from, to, object: 'one' });
  const { status, error } = await run(scene, syncId);

  assert.equal(status, 'completed', JSON.stringify(error));
  const [, target] = databases;
  assert.equal((await target?.admin.query('select * from one'))?.rows.length, 1);
});

test('a sync within one connection that allows only one is refused, and does not wait for ever', async () => {
  const { scene, id } = await makeConnection({ max_connections: 2 });
  const { client } = scene;
  await databases[0]?.admin.query('create table alone (id int primary key)');
  const ends = { from: id, to: id, object: 'alone', table: 'alone_too' };
  const sync = await makeSync(scene, ends);

  const first = await run(scene, sync);
  bodyOf(
    await client.patchConnection({
      params: { connection: id },
      query: { check: false },
      body: { config: { max_connections: 1 } },
    }),
  );
  const later = await run(scene, sync);
  const shown = await client.previewSync({ params: { sync } });
  const made = await makeSync(scene, ends).catch((error: Error) => error.message);

  assert.deepEqual([first.status, later.status], ['completed', 'failed']);
  for (const said of [later.error, JSON.stringify(shown), made]) {
    assert.match(String(said), /destination\.connection_id.*config\.max_connections/);
  }
});

test('what was moved or written stays so when its place cannot be given back', async () => {
  const { scene, id } = await makeConnection({ max_connections: 50 });
  const [database] = databases;
  await database?.admin.query(
    'create table stays (id int primary key); insert into stays values (1)',
  );
  await asOwner(
    app.address,
    `create function sync.refuse() returns trigger language plpgsql as 'begin raise ''busy''; end';
     create trigger refused before delete on sync.lease execute function sync.refuse()`,
  );
  const ends = { from: id, to: id, object: 'stays', table: 'stayed' };

  const { status, error } = await run(scene, await makeSync(scene, ends));
  const body = { object: 'stays', operation: 'insert' as const, records: [{ id: 2 }] };
  const written = await scene.client.writeData({ params: { connection: id }, body });
  await asOwner(app.address, 'drop function sync.refuse cascade');

  assert.deepEqual([status, error], ['completed', null]);
  assert.deepEqual(bodyOf(written).succeeded, 1);
});
