import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { makeDatabase, type TestDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run } from '../testing/scene.ts';
import { startLab } from './testing/lab.ts';
import { connectTo, registerLab } from './testing/scene.ts';

const app = await startServer();
let database: TestDatabase;
before(async () => {
  database = await makeDatabase();
});
after(() => database.end());

test('an extension is registered, connected, described, asked and written to', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const lab = await startLab();
  const extension = await registerLab(scene, lab);
  assert.match(extension.secret ?? '', /^whsec_/);
  const listed = bodyOf(await client.listProviders({})).find((one) => one.provider === 'labcases');
  assert.equal(listed?.version, '1.0.0');

  const connection = await connectTo(scene, 'labcases', { config: { site: 'north' } });

  assert.equal(connection.status, 'active', String(connection.health.message));
  assert.equal(connection.provider_version, '1.0.0');
  const params = { connection: connection.id };
  assert.deepEqual(bodyOf(await client.listObjects({ params })), [
    { name: 'cases', kind: 'object' },
  ]);
  const object = bodyOf(
    await client.getObject({ params: { ...params, object: 'cases' }, query: { sample: 1 } }),
  );
  assert.deepEqual(object.primary_key, ['id']);
  assert.equal(object.fields[1]?.type, 'character varying(20)');
  const first = { id: 'C0001', status: 'open', units: 1, changed: '2026-01-01T00:00:01Z' };
  assert.deepEqual(object.sample, [first]);

  const records = [
    { id: 'C0001', units: 9 },
    { id: 'C0002', units: -1 },
  ];
  const written = bodyOf(
    await client.writeData({ params, body: { object: 'cases', operation: 'upsert', records } }),
  );
  assert.deepEqual(written.results, [
    { index: 0, status: 'ok', id: 'C0001', error: null },
    { index: 1, status: 'error', id: null, error: 'Units must not be negative.' },
  ]);
  assert.equal(lab.cases.get('C0001')?.units, 9);
});

test('what is asked for is told the extension, and looked at again here', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const lab = await startLab();
  await registerLab(scene, lab);
  const connection = await connectTo(scene, 'labcases', { config: { site: 'north' } });
  const params = { connection: connection.id };

  const filter = "status = 'open' AND units > 3";
  const asked = { object: 'cases', fields: ['id', 'units'], filter, limit: 1 };
  const page = bodyOf(await client.queryData({ params, body: asked }));
  assert.deepEqual(page.records, [{ id: 'C0004', units: 4 }]);
  const next = { ...asked, cursor: page.next_cursor ?? '' };
  const rest = bodyOf(await client.queryData({ params, body: next }));
  assert.deepEqual(rest.records, [{ id: 'C0005', units: 5 }]);
  assert.equal(rest.next_cursor, null);
  const reads = lab.heard.filter(({ call }) => call === 'read');
  assert.deepEqual(reads.at(-1)?.asked.config, { site: 'north' });
  assert.deepEqual(reads.at(-1)?.asked.filter, [
    { field: 'status', operator: '=', value: 'open' },
    { field: 'units', operator: '>', value: 3 },
  ]);
});

test('what is wrong is a 400 that names the member, and a name that is taken a 409', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const lab = await startLab();
  await registerLab(scene, lab);
  const good = { name: 'A', provider: 'other', version: '1.0.0', type: 'http', url: lab.url };
  const wrong: [object, number, RegExp][] = [
    [{ ...good, provider: 'postgres' }, 409, /built in/],
    [{ ...good, provider: 'labcases' }, 409, /already/],
    [{ ...good, provider: 'Lab Cases' }, 400, /provider/],
    [{ ...good, version: '1' }, 400, /version/],
    [{ ...good, url: undefined }, 400, /'url' field is required/],
    [{ ...good, url: 'https://a:b@c.example' }, 400, /'url' field .*password/],
    [{ ...good, type: 'javascript', url: undefined }, 400, /'code' field is required/],
    [{ ...good, manifest: { config_schema: { type: 'array' } } }, 400, /manifest.config_schema/],
    [
      { ...good, manifest: { config_schema: { type: 'object', $ref: '#' } } },
      400,
      /\$ref is not taken/,
    ],
    [
      { ...good, manifest: { credentials_schema: { type: 'object', required: 1 } } },
      400,
      /is no JSON Schema/,
    ],
  ];
  for (const [body, status, said] of wrong) {
    const refused = await client.createExtension({ body: body as never });
    assert.equal(refused.status, status, JSON.stringify(body));
    assert.match(JSON.stringify(refused), said);
  }
  const body = { provider: 'labcases', name: 'A', credentials: {}, config: { site: 'NORTH' } };
  const refused = await client.createConnection({ body });
  assert.match(JSON.stringify(refused), /config\.site/);
  const typed = { ...body, config: {}, credentials: { token: 5 } };
  const refusedToo = await client.createConnection({ body: typed });
  assert.match(JSON.stringify(refusedToo), /credentials\.token/);
});

test('a run reads what is new page by page, and writes in lists under one key each', async () => {
  const scene = await makeSyncScene(app);
  const lab = await startLab(7);
  await registerLab(scene, lab);
  const from = (await connectTo(scene, 'labcases')).id;
  const to = await connect(scene, database);
  const sync = await makeSync(
    scene,
    { from, to, object: 'cases', table: 'lab_cases' },
    { cursor_field: 'changed' },
  );

  const first = await run(scene, sync);
  lab.cases.set('C0008', { id: 'C0008', status: 'new', units: 8, changed: '2026-02-01T00:00:00Z' });
  lab.heard.length = 0;
  const second = await run(scene, sync);

  assert.equal(first.status, 'completed', String(first.error));
  assert.equal(first.records_written, 7);
  assert.equal(second.status, 'completed', String(second.error));
  const { rows } = await database.admin.query('select count(*)::int as count from lab_cases');
  assert.equal(rows[0].count, 8);
  const [read] = lab.heard.filter(({ call }) => call === 'read');
  assert.equal(read?.asked.filter[0]?.field, 'changed');

  await database.admin.query(`create table lab_orders as
    select id, status, units, changed from lab_cases; alter table lab_orders add primary key (id);
    update lab_orders set units = -1 where id = 'C0003'`);
  const back = await makeSync(scene, { from: to, to: from, object: 'lab_orders', table: 'cases' });
  const written = await run(scene, back);
  assert.equal(written.records_written, 7);
  assert.equal(written.records_failed, 1);
  const [write] = lab.heard.filter(({ call }) => call === 'write');
  assert.match(write?.asked.idempotency_key ?? '', /^[0-9a-f]{64}$/);
  const rejected = bodyOf(
    await scene.client.listRejected({ params: { sync: back, run: written.id } }),
  );
  assert.match(JSON.stringify(rejected), /Units must not be negative/);
});

test('answers that do not fit say which member, and nothing says a secret', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const lab = await startLab();
  await registerLab(scene, lab);
  const { id } = await connectTo(scene, 'labcases');
  const params = { connection: id };
  const cases: [string, { status: number; body?: unknown; headers?: object }, RegExp][] = [
    ['discover', { status: 200, body: { objects: [{ name: 1, fields: [] }] } }, /objects\[0\]/],
    [
      'discover',
      { status: 200, body: { objects: [{ name: 'a', fields: [{ name: 'b', type: 'point' }] }] } },
      /objects\[0\]\.fields\[0\]\.type/,
    ],
    ['read', { status: 200, body: { records: {} } }, /records must be array/],
    ['read', { status: 200, body: { records: [], next_cursor: 'again' } }, /repeat themselves/],
    ['read', { status: 302, headers: { location: 'http://127.0.0.1/' } }, /another address/],
    ['read', { status: 500, body: { error: { message: 'lab-t0ken broke' } } }, /\*\*\* broke/],
  ];
  for (const [call, fault, said] of cases) {
    lab.fault = (asked) => (asked === call ? (fault as never) : undefined);
    const answer = await client.queryData({ params, body: { object: 'cases' } });
    assert.match(JSON.stringify(answer), said);
    assert.doesNotMatch(JSON.stringify(answer), /lab-t0ken/);
  }
  lab.fault = undefined;
  lab.token = 'another';
  const tested = bodyOf(await client.testConnection({ params }));
  assert.equal(tested.status, 'error');
  assert.equal(tested.health.message, 'The token *** is not known.');
});

test('one that asks for patience gets it, and its secret is another after a rotation', async () => {
  const scene = await makeSyncScene(app);
  const { client } = scene;
  const lab = await startLab();
  const { id, secret } = await registerLab(scene, lab);
  const connection = await connectTo(scene, 'labcases');
  const params = { connection: connection.id };
  let times = 0;
  lab.fault = (call) => {
    if (call !== 'read') return undefined;
    times += 1;
    return times === 1 ? { status: 429, headers: { 'retry-after': '0' } } : undefined;
  };

  const page = bodyOf(await client.queryData({ params, body: { object: 'cases', limit: 1 } }));

  assert.equal(page.records.length, 1);
  const [one, other] = lab.heard.filter(({ call }) => call === 'read');
  assert.equal(one?.headers['webhook-id'], other?.headers['webhook-id']);
  const rotated = bodyOf(await client.rotateExtension({ params: { extension: id } }));
  assert.notEqual(rotated.secret, secret);
  const tested = bodyOf(await client.testConnection({ params }));
  assert.equal(tested.status, 'active');
  const headers = lab.heard.at(-1)?.headers ?? {};
  assert.match(String(headers['x-threadsync-signature-next']), /^[0-9a-f]{64}$/);
  assert.match(String(headers['webhook-signature']), /^v1,\S+ v1,\S+$/);
  const shown = bodyOf(await client.getExtension({ params: { extension: id } }));
  assert.doesNotMatch(JSON.stringify(shown), /whsec_/);
});

test('nobody sees or uses the extension of another organization', async () => {
  const scene = await makeSyncScene(app);
  const lab = await startLab();
  const { id } = await registerLab(scene, lab);
  const other = await makeSyncScene(app);

  const answers = [
    await other.client.getExtension({ params: { extension: id } }),
    await other.client.deleteExtension({ params: { extension: id }, query: { force: true } }),
    await other.client.rotateExtension({ params: { extension: id } }),
  ];

  for (const { status } of answers) assert.equal(status, 404);
  assert.deepEqual(bodyOf(await other.client.listExtensions({})), []);
  const body = { provider: 'labcases', name: 'A', credentials: { token: 'a' } };
  assert.equal((await other.client.createConnection({ body })).status, 400);
  const providers = bodyOf(await other.client.listProviders({}));
  assert.ok(!providers.some(({ provider }) => provider === 'labcases'));
});

test('a request to write that nobody heard an answer to comes again under the same key', async () => {
  const scene = await makeSyncScene(app);
  const lab = await startLab(0);
  await registerLab(scene, lab);
  const to = (await connectTo(scene, 'labcases')).id;
  const from = await connect(scene, database);
  await database.admin.query(`create table heard_once (id text primary key, units integer);
    insert into heard_once values ('C1', 1), ('C2', 2)`);
  const sync = await makeSync(scene, { from, to, object: 'heard_once', table: 'cases' });
  let times = 0;
  lab.fault = (call) => {
    if (call !== 'write') return undefined;
    times += 1;
    return times === 1 ? { status: 502 } : undefined;
  };

  const done = await run(scene, sync);

  assert.equal(done.status, 'completed', String(done.error));
  const writes = lab.heard.filter(({ call }) => call === 'write');
  const keys = new Set(writes.map(({ asked }) => asked.idempotency_key));
  assert.deepEqual([writes.length, keys.size], [2, 1]);
});

test('a private address is closed, and what answers without end is cut off', async () => {
  const lab = await startLab();
  const closed = await makeSyncScene(await startServer({ HEDDLE_ALLOW_PRIVATE_HOSTS: '' }));
  await registerLab(closed, lab);
  const { health } = await connectTo(closed, 'labcases');
  assert.match(String(health.message), /private address/);
  assert.equal(lab.heard.length, 0);

  const scene = await makeSyncScene(app);
  await registerLab(scene, lab);
  const { id } = await connectTo(scene, 'labcases');
  const records = [{ id: 'x'.repeat(17 * 2 ** 20) }];
  lab.fault = (call) => (call === 'read' ? { status: 200, body: { records } } : undefined);
  const params = { connection: id };
  const answer = await scene.client.queryData({ params, body: { object: 'cases' } });
  assert.match(JSON.stringify(answer), /more than 16 MiB/);
});
