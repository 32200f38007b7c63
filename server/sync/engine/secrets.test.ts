import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import ssh2 from 'ssh2';
import type { Log } from '../../runtime/log.ts';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene } from '../testing/scene.ts';
import { Alone } from './alone.ts';

const { private: pem } = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
const secrets = [
  ...['planted-password', 'planted-in-url', 'planted-token', 'planted-of-mysql'],
  ...['planted-of-bucket', 'planted-in-query', 'planted-of-basic', pem.split('\n')[2] as string],
];
const values = [
  'planted-hashed',
  'planted-masked',
  'planted-dropped',
  'planted-key',
  'planted-seen',
];

const told: string[] = [];
const tell = (fields: object, message: string) =>
  void told.push(`${message} ${inspect(fields, { depth: 10 })}`);
const log: Log = { debug: tell, info: tell, warn: tell, error: tell, child: () => log };

// Runs are done here, where their log is heard.
const app = await startServer({ HEDDLE_ROLES: 'web' }, log);
const alone = new Alone(app.server.platform);
const source = await makeDatabase();
const destination = await makeDatabase();
after(() => Promise.all([alone.close(), source.end(), destination.end()]));
const scene = await makeSyncScene(app);

/** Says in its refusal what it was sent. */
const echo = createServer((request, response) => {
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: request.headers.authorization, url: request.url }));
});
await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
after(() => echo.close());
const echoUrl = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;

type Given = Record<string, unknown>;

async function makeConnection(provider: string, credentials: Given, config: Given = {}) {
  const body = { provider, name: 'Planted', config, credentials };
  const connection = await scene.client.createConnection({ body });
  told.push(inspect(connection, { depth: 10 }));
  return bodyOf(connection).id;
}

async function runHere(sync: string, signal?: AbortSignal) {
  const run = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
  const row = { organization_id: scene.organization, sync_id: sync, id: run.id };
  await alone.do(row, signal);
  const params = { sync, run: run.id };
  const { client } = scene;
  for (const answer of [
    await client.getRun({ params }),
    await client.listRejected({ params }),
    await client.getRunLog({ params }),
    await client.previewSync({ params: { sync } }),
  ]) {
    told.push(inspect(answer, { depth: 10 }));
  }
  return bodyOf(await client.getRun({ params }));
}

/** All rows of all tables. */
async function dump(): Promise<string> {
  const owner = await asOwner(app.address);
  const tables = await owner.rows<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where c.relkind = 'r'
       and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'`,
  );
  let text = '';
  for (const { name } of tables) {
    const rows = await owner.rows<{ row: string }>(`select t::text as row from ${name} t`);
    text += rows.map(({ row }) => row).join('\n');
  }
  await owner.end();
  return text;
}

/** Where syncs keep how far they are, beside what they have written. */
async function dumpStates(): Promise<string> {
  const { rows } = await destination.admin.query('select s::text as row from heddle_state s');
  return rows.map(({ row }) => row).join('\n');
}

/** As it is, and as bytes and credentials are written. */
function spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  // Without the last characters, which depend on what comes next.
  return [text, bytes.toString('hex'), bytes.toString('base64').slice(0, -4)];
}

async function connectAll() {
  const { host, port, database, user } = source.credentials;
  const from = await makeConnection('postgres', { ...source.credentials, password: secrets[0] });
  const away = await makeConnection('postgres', {
    url: `postgres://somebody:${secrets[1]}@127.0.0.1:9/nowhere`,
  });
  const wrong = await makeConnection('postgres', {
    url: `postgres://${user}:${secrets[1]}@${host}:${port}/${database}_not`,
  });
  const http = await makeConnection(
    'http',
    { kind: 'bearer', token: secrets[2] },
    { base_url: echoUrl },
  );
  const to = await connect(scene, destination);
  return { from, away, wrong, http, to, others: await connectOthers() };
}

/** Each fails in a way of its own, and says why. */
async function connectOthers(): Promise<string[]> {
  const { id: private_key_id } = bodyOf(
    await scene.client.createPrivateKey({ body: { name: 'Planted', private_key: pem } }),
  );
  const ssh = { host: '127.0.0.1', port: 9, user: 'somebody', private_key_id };
  const bucket = { bucket: 'planted', endpoint: echoUrl, region: 'eu-central-1' };
  const keys = { access_key_id: 'somebody', secret_access_key: secrets[4] };
  const query = { kind: 'query', name: 'key', value: secrets[5] };
  const basic = { kind: 'basic', user: 'somebody', password: secrets[6] };
  return [
    await makeConnection('mysql', { url: `mysql://somebody:${secrets[3]}@127.0.0.1:9/nowhere` }),
    await makeConnection('files', keys, bucket),
    await makeConnection('http', query, { base_url: echoUrl }),
    await makeConnection('http', basic, { base_url: echoUrl }),
    await makeConnection('postgres', { ...source.credentials, password: secrets[0], ssh }),
  ];
}

/** Settings under which records are refused by a transform and by the destination. */
async function makePeople() {
  await source.admin.query(`create table people (id int primary key, hashed text, masked text, dropped text);
    insert into people select n, '${values[0]}', '${values[1]}', '${values[2]}' from generate_series(1, 3) n`);
  await destination.admin.query(`create table people (id int primary key, hashed text, masked text,
    check (id <> 2), check (length(hashed) = 64))`);
  const code = `module.exports = (record) => {
    console.log(record); if (record.id === 1) throw new Error(JSON.stringify(record)); return record; }`;
  const transform = bodyOf(
    await scene.client.createTransform({ body: { name: 'telling', type: 'javascript', code } }),
  );
  const field_mappings = [
    { source: 'id', destination: 'id' },
    { source: 'hashed', destination: 'hashed', protect: 'hash' as const },
    { source: 'masked', destination: 'masked', protect: 'mask' as const },
    { source: 'dropped', destination: 'dropped', protect: 'drop' as const },
  ];
  return { field_mappings, transforms: [transform.id] };
}

type All = Awaited<ReturnType<typeof connectAll>>;

async function runAll({ from, away, wrong, http, to, others }: All) {
  const settings = await makePeople();
  const whole = await runHere(await makeSync(scene, { from, to, object: 'people' }, settings));
  for (const ends of [
    { from: away, to, object: 'people' },
    { from: wrong, to, object: 'people' },
    { from, to: away, object: 'people' },
    { from, to: http, object: 'people', table: 'things' },
    { from: http, to, object: 'things' },
    ...others.map((other) => ({ from: other, to, object: 'things.csv' })),
  ]) {
    const { field_mappings: _, ...bare } = settings;
    const sync = await makeSync(
      scene,
      ends,
      ends.from === from ? settings : { ...bare, mode: 'append' },
    );
    // Some are tried again and again.
    await runHere(sync, AbortSignal.timeout(2_000));
  }
  return whole;
}

/** The key and the cursor field are protected: both stand in the position. */
async function runProtectedKey({ from, to }: All) {
  await source.admin.query(`create table keyed (email text primary key, seen text not null);
    insert into keyed select '${values[3]}' || n, '${values[4]}' || n from generate_series(1, 3) n`);
  const field_mappings = ['email', 'seen'].map((name) => {
    return { source: name, destination: name, protect: 'hash' as const };
  });
  const settings = { field_mappings, cursor_field: 'seen', batch_size: 1 };
  const sync = await makeSync(scene, { from, to, object: 'keyed' }, settings);
  const params = { sync };
  const first = await runHere(sync);
  await source.admin.query(`insert into keyed values ('${values[3]}4', '${values[4]}4')`);
  const { cursor } = bodyOf(await scene.client.getCursor({ params }));
  const open = await scene.client.putCursor({ params, body: { cursor: { value: 'planted' } } });
  bodyOf(await scene.client.putCursor({ params, body: { cursor } }));
  const second = await runHere(sync);
  told.push(inspect(await scene.client.getCursorHistory({ params }), { depth: 10 }));
  return { first, second, open };
}

async function askAll({ from, away, wrong, http, others }: All) {
  for (const connection of [from, away, wrong, http, ...others]) {
    const params = { connection };
    told.push(inspect(await scene.client.testConnection({ params }), { depth: 10 }));
    told.push(inspect(await scene.client.getConnection({ params }), { depth: 10 }));
    told.push(inspect(await scene.client.listObjects({ params }), { depth: 10 }));
    const body = { object: 'people', filter: "hashed = 'x" };
    told.push(inspect(await scene.client.queryData({ params, body }), { depth: 10 }));
  }
}

async function expectNowhere() {
  const everything = [told.join('\n'), await dump(), await dumpStates()];
  for (const planted of [...secrets, ...values].flatMap(spellings)) {
    for (const text of everything) {
      const at = text.indexOf(planted);
      assert.equal(at, -1, `${planted}: ${text.slice(Math.max(0, at - 200), at + 200)}`);
    }
  }
}

test('no secret and no protected value is in an answer, a log, an event or the database', async () => {
  const all = await connectAll();

  const whole = await runAll(all);
  const { first, second, open } = await runProtectedKey(all);
  await askAll(all);

  assert.deepEqual([first.records_written, second.records_written, open.status], [3, 1, 400]);
  assert.deepEqual([whole.records_written, whole.records_failed], [1, 2]);
  const { rows } = await destination.admin.query('select hashed, masked from people');
  assert.match(rows[0].hashed, /^[0-9a-f]{64}$/);
  assert.equal(rows[0].masked, '****');
  await expectNowhere();
});

test('what a transform says of a record is readable to nobody but who may see the record', async () => {
  const quoted = 'planted-quote';
  await source.admin.query(`create table quoted (id int primary key, name text);
    insert into quoted values (1, 'x'), (2, '${quoted}')`);
  const from = await connect(scene, source);
  const to = await connect(scene, destination);
  const code = `module.exports = (record) => {
    if (record.id === 2) throw new Error('no ' + record.name); return record; }`;
  const body = { name: 'quoting', type: 'javascript' as const, code };
  const { id } = bodyOf(await scene.client.createTransform({ body }));
  const settings = { transforms: [id], on_error: 'fail' as const };
  const sync = await makeSync(scene, { from, to, object: 'quoted' }, settings);

  const failed = await runHere(sync);

  assert.equal(failed.error, `Record 2 was refused: The transform ${id} failed.`);
  const params = { sync, run: failed.id };
  const [refused] = bodyOf(await scene.client.listRejected({ params }));
  assert.equal(refused?.reason, `The transform ${id}: Error: no ${quoted} (line 2)`);
  const everything = await dump();
  for (const spelling of spellings(quoted)) assert.equal(everything.indexOf(spelling), -1);
});
