import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase, type TestDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, untilOver } from '../testing/scene.ts';
import { type Lab, manifest, startLab } from './testing/lab.ts';
import { connectTo, registerLab } from './testing/scene.ts';
import { newestOf } from './versions.ts';

const app = await startServer();
let database: TestDatabase;
before(async () => {
  database = await makeDatabase();
});
after(() => database.end());

const credentials = { token: 'lab-t0ken' };
const readsOf = (lab: Lab) => lab.heard.filter(({ call }) => call === 'read').length;

test('versions are ordered as semantic versioning does, what is released first', () => {
  const versions = ['1.9.0', '1.10.0', '2.0.0-beta.2', '2.0.0-beta.10', '1.2.3'];

  assert.equal(newestOf(versions), '1.10.0');
  assert.equal(newestOf(versions.filter((one) => one.includes('-'))), '2.0.0-beta.10');
  assert.equal(newestOf([]), undefined);
});

test('a connection stays with its version until it is moved, and a new one takes the newest', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const lab = await startLab();
  await registerLab(scene, lab);
  const first = await connectTo(scene, 'labcases');
  await registerLab(scene, lab, { version: '1.1.0' });
  await registerLab(scene, lab, { version: '2.0.0-rc.1' });

  const second = await connectTo(scene, 'labcases');
  const third = await connectTo(scene, 'labcases', { provider_version: '2.0.0-rc.1' });

  assert.deepEqual(
    [first, second, third].map(({ provider_version }) => provider_version),
    ['1.0.0', '1.1.0', '2.0.0-rc.1'],
  );
  const params = { connection: first.id };
  const moved = bodyOf(
    await client.patchConnection({ params, body: { provider_version: '2.0.0-rc.1' } }),
  );
  assert.equal(moved.provider_version, '2.0.0-rc.1');
  assert.equal(moved.status, 'active');
  const wrong = await client.patchConnection({ params, body: { provider_version: '3.0.0' } });
  assert.match(JSON.stringify(wrong), /no version 3\.0\.0 of labcases/);
  const provider = { provider: 'postgres', name: 'A', credentials: {}, provider_version: '1.0.0' };
  assert.equal((await client.createConnection({ body: provider })).status, 400);
});

test('credentials do not follow an extension to another host', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const [lab, other] = [await startLab(), await startLab()];
  const extension = await registerLab(scene, lab);
  const { id } = await connectTo(scene, 'labcases');
  await registerLab(scene, other, { version: '2.0.0' });
  const params = { connection: id };
  const body = { provider_version: '2.0.0' };

  const refused = await client.patchConnection({ params, body });
  const changed = await client.patchExtension({
    params: { extension: extension.id },
    body: { url: other.url },
  });

  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(refused), /credentials/);
  assert.equal(changed.status, 409);
  assert.equal(other.heard.length, 0);
  const moved = bodyOf(await client.patchConnection({ params, body: { ...body, credentials } }));
  assert.equal(moved.status, 'active');
  const free = { params: { extension: extension.id } };
  const capabilities = { write: false };
  const after = bodyOf(
    await client.patchExtension({ ...free, body: { url: other.url, manifest: { capabilities } } }),
  );
  assert.deepEqual(after.manifest, { ...extension.manifest, capabilities });
});

test('a run under way ends with the version that it began with', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const [lab, next] = [await startLab(), await startLab()];
  await registerLab(scene, lab);
  await registerLab(scene, next, { version: '2.0.0' });
  const { id } = await connectTo(scene, 'labcases', { provider_version: '1.0.0' });
  const to = await connect(scene, database);
  const sync = await makeSync(scene, { from: id, to, object: 'cases', table: 'upgraded' });
  const held = Promise.withResolvers<void>();
  lab.hold = (call) => (call === 'read' && readsOf(lab) > 1 ? held.promise : undefined);
  const begun = bodyOf(await client.runSync({ params: { sync }, body: {} }));
  await until('the second page is asked for', async () => readsOf(lab) > 1);

  const body = { provider_version: '2.0.0', credentials };
  bodyOf(await client.patchConnection({ params: { connection: id }, body }));
  held.resolve();
  const done = await untilOver(scene, sync, begun.id);

  assert.equal(done.status, 'completed', String(done.error));
  assert.equal(done.records_written, 5);
  assert.equal(readsOf(next), 0);
  const again = await run(scene, sync);
  assert.equal(again.status, 'completed', String(again.error));
  assert.ok(readsOf(next) > 0);
});

test('one that is used is deleted by force only, and then says so wherever it was used', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const lab = await startLab();
  const { id: extension } = await registerLab(scene, lab);
  const connection = await connectTo(scene, 'labcases');
  const to = await connect(scene, database);
  const ends = { from: connection.id, to, object: 'cases', table: 'orphaned' };
  const sync = await makeSync(scene, ends);
  const params = { connection: connection.id };

  const refused = await client.deleteExtension({ params: { extension } });
  const deleted = await client.deleteExtension({ params: { extension }, query: { force: true } });

  assert.equal(refused.status, 409);
  assert.ok(JSON.stringify(refused).includes(`In use by Extension (${connection.id})`));
  assert.equal(deleted.status, 204);
  const orphan = bodyOf(await client.getConnection({ params }));
  assert.equal(orphan.status, 'error');
  assert.match(String(orphan.health.message), /labcases 1\.0\.0 was deleted/);
  const failed = await run(scene, sync);
  assert.equal(failed.status, 'failed');
  assert.match(String(failed.error), /labcases was deleted/);
  const answers = [
    await client.queryData({ params, body: { object: 'cases' } }),
    await client.createSync({
      body: {
        name: 'A',
        source: { connection_id: connection.id, object: 'cases' },
        destination: { connection_id: to, table: 'a' },
      },
    }),
    await client.patchConnection({ params, body: { name: 'Renamed' } }),
  ];
  for (const answer of answers) assert.match(JSON.stringify(answer), /was deleted/);

  await registerLab(scene, lab, { version: '1.0.1' });
  const body = { provider_version: '1.0.1', credentials };
  assert.equal(bodyOf(await client.patchConnection({ params, body })).status, 'active');
  assert.equal((await run(scene, sync)).status, 'completed');
  assert.equal((await client.deleteConnection({ params })).status, 204);
});

test('a run in realtime asks an extension again and again for what is new', async () => {
  const scene = await makeSyncScene(app);
  const lab = await startLab();
  await registerLab(scene, lab);
  const { id } = await connectTo(scene, 'labcases');
  const to = await connect(scene, database);
  const ends = { from: id, to, object: 'cases', table: 'live_cases' };
  const sync = await makeSync(scene, ends, { schedule: 'realtime' });
  const count = async () => {
    const there = await database.admin.query("select to_regclass('live_cases') as name");
    if (!there.rows[0].name) return 0;
    const { rows } = await database.admin.query('select count(*)::int as count from live_cases');
    return rows[0].count;
  };
  await until('what is there has come', async () => (await count()) === 5);

  lab.cases.set('C0009', { id: 'C0009', status: 'new', units: 9, changed: '2026-03-01T00:00:00Z' });

  await until('what is new has come', async () => (await count()) === 6);
  await scene.client.deleteSync({ params: { sync } });
});

test('nobody takes the place of an extension that is gone, and gets the credentials of its connections', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const [lab, other] = [await startLab(), await startLab()];
  const { id: extension } = await registerLab(scene, lab);
  const { id: connection } = await connectTo(scene, 'labcases');
  const params = { connection };
  const query = { force: true };
  bodyOf(await client.deleteExtension({ params: { extension }, query }));

  const own = { name: 'Lab', provider: 'labcases', version: '1.0.0', type: 'http' } as const;
  bodyOf(await client.createExtension({ body: { ...own, url: other.url, manifest } }));
  await registerLab(scene, other, { version: '1.1.0' });
  const moved = await client.patchConnection({ params, body: { provider_version: '1.1.0' } });
  await client.testConnection({ params });
  const heard = other.heard.length;
  const given = { provider_version: '1.1.0', credentials };
  const anew = bodyOf(await client.patchConnection({ params, body: given }));

  assert.equal(moved.status, 400);
  assert.equal(heard, 0);
  assert.equal(anew.status, 'active');
});
