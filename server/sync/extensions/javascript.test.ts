import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { startApi } from '../connectors/http/testing/api.ts';
import { makeDatabase, type TestDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, type SyncScene } from '../testing/scene.ts';
import { recallBundle } from './testing/bundle.ts';
import { connectTo } from './testing/scene.ts';

const app = await startServer();
let database: TestDatabase;
before(async () => {
  database = await makeDatabase();
});
after(() => database.end());

const own = { name: 'Recalls', provider: 'recalls', version: '1.0.0', type: 'javascript' } as const;
const given = { config: { office: 'north' }, credentials: { key: 'k3y-of-north' } };

async function startService() {
  const recalls = Array.from({ length: 7 }, (_, at) => ({
    id: String(at + 1),
    who: `P${at + 1}`,
    due: '2026-12-01',
  }));
  const api = await startApi(({ method, url, body, headers }) => {
    if (headers.authorization !== 'Bearer k3y-of-north') return { status: 401, body: {} };
    if (url.pathname === '/me') return { body: { office: url.searchParams.get('office') } };
    if (method === 'GET') return { body: { recalls } };
    const { records } = JSON.parse(body);
    recalls.push(...records);
    return { body: { done: records.map(({ id }: { id: string }) => id) } };
  });
  return { ...api, recalls, host: new URL(api.url).host };
}

function register({ client }: SyncScene, code: string, hosts: string[], more = {}) {
  return client.createExtension({ body: { ...own, code, manifest: { hosts }, ...more } });
}

test('a bundle is registered without its schemas, connected, read from and written to', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const service = await startService();
  const made = bodyOf(await register(scene, recallBundle(service.url), [service.host]));
  assert.equal('secret' in made, false);
  assert.deepEqual(made.manifest.capabilities, { read: true, write: true, query: false });
  assert.deepEqual(Object.keys(made.manifest.config_schema?.properties as object), ['office']);

  const refused = await client.createConnection({
    body: { provider: 'recalls', name: 'R', config: {}, credentials: given.credentials },
  });
  assert.match(JSON.stringify(refused), /config\.office/);
  const connection = await connectTo(scene, 'recalls', given);
  assert.equal(connection.health.message, 'Office north.');
  const to = await connect(scene, database);
  const sync = await makeSync(scene, { from: connection.id, to, object: 'recalls' });
  const read = await run(scene, sync);

  assert.equal(read.status, 'completed', String(read.error));
  assert.equal(read.records_written, 7);
  const { rows } = await database.admin.query('select max(id)::text as id from recalls');
  assert.equal(rows[0].id, '7');
  const params = { connection: connection.id };
  const record = { id: '8', who: 'P8', due: '2027-01-01' };
  const asked = { object: 'recalls', operation: 'insert' } as const;
  const body = { ...asked, records: [record] };
  const written = bodyOf(await client.writeData({ params, body }));
  assert.deepEqual(written.results, [{ index: 0, status: 'ok', id: '8', error: null }]);
  assert.deepEqual(service.recalls.at(-1), record);
});

test('a bundle is asked in an order where it knows one, within the ceilings of its connection', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const service = await startService();
  const querying = `
    async query({ order_by, limit, cursor, ...request }) {
      const { recalls } = await ask('/recalls', request);
      await ask('/me', request);
      const [{ field, descending } = {}] = order_by;
      const sorted = recalls.toSorted((a, b) => (a[field] < b[field] ? -1 : 1));
      return { records: (descending ? sorted.reverse() : sorted).slice(0, limit) };
    },`;
  const ceilings = { max_connections: 1, max_requests_per_second: 100 };
  bodyOf(await register(scene, recallBundle(service.url, querying), [service.host]));
  const more = { ...given, config: { ...given.config, ...ceilings } };
  const params = { connection: (await connectTo(scene, 'recalls', more)).id };
  const asked = { object: 'recalls', order_by: 'who desc', limit: 2, fields: ['who'] };

  const page = bodyOf(await client.queryData({ params, body: asked }));

  assert.deepEqual(page.records, [{ who: 'P7' }, { who: 'P6' }]);
  bodyOf(await register(scene, recallBundle(service.url), [service.host], { version: '2.0.0' }));
  const plain = await connectTo(scene, 'recalls', given);
  const refused = await client.queryData({ params: { connection: plain.id }, body: asked });
  assert.equal(refused.status, 400);
});

test('a bundle reaches the hosts of its manifest, and no others, whatever it tries', async () => {
  const scene = await makeSyncScene(app);
  const service = await startService();
  const elsewhere = await startApi(() => ({ body: {} }));
  const redirecting = await startApi(() => ({ status: 302, headers: { location: elsewhere.url } }));
  const { host } = new URL(redirecting.url);
  const tries = `
    async check() {
      const said = [];
      for (const url of ${JSON.stringify([elsewhere.url, 'https://example.com/', 'file:///etc/passwd'])}) {
        said.push(await fetch(url).then(() => 'reached', (error) => error.message));
      }
      const { status } = await fetch(${JSON.stringify(redirecting.url)});
      return { ok: true, message: [status, ...said].join(' ') };
    },`;
  bodyOf(await register(scene, recallBundle(service.url, tries), [service.host, host]));

  const { health } = await connectTo(scene, 'recalls', given);

  assert.match(String(health.message), /^302 /);
  assert.doesNotMatch(String(health.message), /reached/);
  assert.equal(elsewhere.heard.length, 0);
});

test('a private address stays closed, though the manifest names it', async () => {
  const closed = await startServer({ HEDDLE_ALLOW_PRIVATE_HOSTS: '' });
  const scene = await makeSyncScene(closed);
  const service = await startService();
  bodyOf(await register(scene, recallBundle(service.url), [service.host]));

  const connection = await connectTo(scene, 'recalls', given);

  assert.equal(connection.status, 'error');
  assert.equal(service.heard.length, 0);
});

test('hostile bundles are ended with a reason, and others go on', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const tries: [string, RegExp][] = [
    ['while (true);', /5 s of a processor/],
    ['const all = []; while (true) all.push(new Array(1e5).fill(all));', /128 MiB/],
    ['JSON.stringify = () => ({ toString: 1 }); return {};', /must not change/],
    ['Object.prototype.ok = true; return { message: "x" };', /ok/],
    ['return { ok: "yes" };', /ok must be boolean/],
    ['throw { get message() { throw this; } };', /cannot be shown/],
    [
      'return process.env;',
      /error \(line 2, column \d+\)\. It says: ReferenceError: process is not/,
    ],
    [
      'throw new TypeError("It is blue");',
      /\(line 2, column \d+\)\. It says: TypeError: It is blue$/,
    ],
    ['throw Object.assign(new Error("Ask Ada"), { status: 403 });', /not taken.* Ask Ada/],
  ];
  for (const [at, [code, reason]] of tries.entries()) {
    const provider = `hostile${at}`;
    const bundle = `module.exports = {
      provider: '${provider}', check() { ${code} }, discover: () => ({ objects: [] }), read() {},
    };`;
    bodyOf(await register(scene, bundle, [], { provider }));
    const connection = await connectTo(scene, provider);
    assert.equal(connection.status, 'error', code);
    assert.match(String(connection.health.message), reason);
  }
  const service = await startService();
  bodyOf(await register(scene, recallBundle(service.url), [service.host]));
  assert.equal((await connectTo(scene, 'recalls', given)).status, 'active');
  assert.equal((await client.listExtensions({})).status, 200);
});

test('code that is no connector is a 400 with its place', async () => {
  const scene = await makeSyncScene(app);
  const wrong: [string, RegExp][] = [
    ['export default {', /line 1, column/],
    ['import fs from "node:fs"; export default {};', /cannot import \\"node:fs\\"/],
    ['module.exports = require("fs");', /cannot require \\"fs\\"/],
    ['export const connector = {};', /must export a connector/],
    ['module.exports = { provider: "recalls", check() {} };', /function discover/],
    [recallBundle('https://a.example').replace("'recalls'", "'others'"), /as the bundle says/],
    ['while (true);', /5 s of a processor/],
  ];
  for (const [code, reason] of wrong) {
    const refused = await register(scene, code, []);
    assert.equal(refused.status, 400, code);
    assert.match(JSON.stringify(refused), reason);
  }
  const host = await register(scene, recallBundle('https://a.example'), ['https://a.example/']);
  assert.match(JSON.stringify(host), /manifest\.hosts\.0/);
});
