import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { relayTo } from '../../runtime/testing/relay.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSyncScene } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const database = await makeDatabase();
after(() => database.end());
await database.admin.query(`create table visits (id int primary key, at timestamptz, note text);
  insert into visits values (1, '2024-05-01T10:00:00Z', null), (2, null, 'x')`);
const scene = await makeSyncScene(app);
const { client } = scene;
const planted = 'planted-secret-7391';
const away = { host: '127.0.0.1', port: 9, database: 'none', user: 'nobody', password: planted };

type Refused = {
  error: { code: string; message: string; details: { field?: string; constraint?: string } };
};

async function refusalOf(body: object): Promise<Refused['error'] & { status: number }> {
  const answer = await fetch(`${app.url}/v1/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...((await answer.json()) as Refused).error };
}

test('credentials that work make a connection active, and its objects can be looked at', async () => {
  const connection = await connect(scene, database);

  const objects = bodyOf(await client.listObjects({ params: { connection }, query: { q: 'vis' } }));
  const [first] = objects;
  const shown = bodyOf(
    await client.getObject({
      params: { connection, object: first?.name ?? '' },
      query: { sample: 5 },
    }),
  );

  assert.equal(objects.length, 1);
  assert.deepEqual(shown.primary_key, ['id']);
  assert.deepEqual(
    shown.fields.map(({ name, type, primary_key }) => [name, type, primary_key]),
    [
      ['id', 'integer', true],
      ['at', 'timestamp with time zone', false],
      ['note', 'text', false],
    ],
  );
  assert.deepEqual(shown.sample, [
    { id: 1, at: '2024-05-01T10:00:00Z', note: null },
    { id: 2, at: null, note: 'x' },
  ]);
  const missing = await client.getObject({ params: { connection, object: 'nowhere' } });
  assert.equal(missing.status, 404);
});

test('a connection in a list is shown as it is alone', async () => {
  const connection = await connect(scene, database);

  const listed = bodyOf(await client.listConnections({}));

  const alone = bodyOf(await client.getConnection({ params: { connection } }));
  assert.deepEqual(
    listed.find(({ id }) => id === connection),
    alone,
  );
});

test('credentials that do not work make a 201 with the reason; what they are is nowhere', async () => {
  const body = { provider: 'postgres', name: 'Away', credentials: away };

  const made = bodyOf(await client.createConnection({ body }));
  const tested = bodyOf(await client.testConnection({ params: { connection: made.id } }));
  const asked = await client.listObjects({ params: { connection: made.id } });

  assert.deepEqual([made.status, made.health.status], ['error', 'unhealthy']);
  assert.ok(made.health.message);
  assert.equal(tested.status, 'error');
  assert.deepEqual([asked.status, !asked.ok && asked.error.error.code], [502, 'UPSTREAM_ERROR']);
  assert.ok(!JSON.stringify([made, tested, asked]).includes(planted));
  const tables = await asOwner<{ name: string }>(
    app.address,
    `select format('%I.%I', schemaname, tablename) as name from pg_catalog.pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  for (const { name } of tables) {
    const text = `select from ${name} t where strpos(t::text, $1) > 0 limit 1`;
    assert.deepEqual(await asOwner(app.address, text, [planted]), [], name);
  }
});

test('what is missing or wrong is told in the words of the document', async () => {
  const credentials = { url: 'postgresql://db.example/x' };

  const unnamed = await refusalOf({ name: 'X', credentials });
  const unknown = await refusalOf({ provider: 'oracle', name: 'X', credentials });
  const nameless = await refusalOf({ provider: 'postgres', credentials });
  const bare = await refusalOf({ provider: 'postgres', name: 'X' });
  const more = await refusalOf({ provider: 'postgres', name: 'X', credentials, colour: 'red' });
  const odd = await refusalOf({ provider: 'postgres', name: 'X', credentials: { token: planted } });

  assert.deepEqual(
    [unnamed.status, unnamed.code, unnamed.message],
    [400, 'INVALID_REQUEST', "The 'provider' field is required"],
  );
  assert.deepEqual(unnamed.details, { field: 'provider', constraint: 'required' });
  assert.deepEqual([unknown.details.field, unknown.details.constraint], ['provider', 'enum']);
  assert.equal(nameless.details.field, 'name');
  assert.equal(bare.details.field, 'credentials');
  assert.equal(more.details.field, 'colour');
  assert.match(odd.details.field ?? '', /^credentials/);
  assert.ok(!JSON.stringify(odd).includes(planted));
});

test('with the leniency for the first client libraries, what they leave out makes it pending', async () => {
  const lenient = await app.another({ HEDDLE_SDK_COMPAT: '1' });
  const post = async (body: object) => {
    const answer = await fetch(`${lenient.url}/connections`, {
      method: 'POST',
      headers: { authorization: `Bearer ${scene.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 201);
    return (await answer.json()) as { name: string; status: string };
  };

  const bare = await post({ provider: 'postgres' });
  const odd = await post({ provider: 'postgres', credentials: { token: 'x' }, config: null });

  assert.match(bare.name, /^postgres \d+$/);
  assert.deepEqual([bare.status, odd.status], ['pending', 'pending']);
});

test('the database of Heddle itself is refused', async () => {
  if (!('database' in app.address)) throw new Error('The cluster of tests has a socket.');
  const relay = await relayTo(`${app.address.host}/.s.PGSQL.${app.address.port}`);
  const credentials = {
    host: '127.0.0.1',
    port: relay.port,
    database: app.address.database,
    user: app.address.user,
  };

  const body = { provider: 'postgres', name: 'Own', credentials };
  const made = bodyOf(await client.createConnection({ body }));
  await relay.close();

  assert.equal(made.status, 'error');
  assert.match(made.health.message ?? '', /database of Heddle/);
});

test('a private address is refused where the operator has not allowed it', async () => {
  const strict = await app.another({ HEDDLE_ALLOW_PRIVATE_HOSTS: '10.0.0.0/8' });
  const answer = await fetch(`${strict.url}/v1/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'postgres', name: 'X', credentials: database.credentials }),
  });

  const made = (await answer.json()) as { status: string; health: { message: string } };

  assert.equal(made.status, 'error');
  assert.match(made.health.message, /HEDDLE_ALLOW_PRIVATE_HOSTS/);
});

test('a connection of another organization is not there, nor its key', async () => {
  const connection = await connect(scene, database);
  const stranger = await makeSyncScene(app);

  const answers = [
    await stranger.client.getConnection({ params: { connection } }),
    await stranger.client.queryData({ params: { connection }, body: { object: 'visits' } }),
    await stranger.client.deleteConnection({ params: { connection } }),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [404, 404, 404],
  );
});

test('data is queried with a filter and pages, and written with a result for each record', async () => {
  const connection = await connect(scene, database);
  await database.admin.query(
    'create table stock (id int primary key, name text, price numeric(6,2))',
  );
  const params = { connection };
  const records = [
    { id: 1, name: 'A', price: '1.50' },
    { id: 2, name: 'B', price: 2 },
    { id: 3, name: 'C', price: 'much' },
    { id: null, name: 'D', price: null },
  ];

  const written = bodyOf(
    await client.writeData({ params, body: { object: 'stock', operation: 'upsert', records } }),
  );
  const found = bodyOf(
    await client.queryData({
      params,
      body: {
        object: 'stock',
        fields: ['name', 'price'],
        filter: 'price > 1',
        limit: 1,
        order_by: 'id',
      },
    }),
  );
  const wrong = await client.queryData({ params, body: { object: 'stock', filter: 'price >' } });

  assert.deepEqual(
    written.results.map(({ status }) => status),
    ['ok', 'ok', 'error', 'error'],
  );
  assert.deepEqual([written.succeeded, written.failed], [2, 2]);
  assert.deepEqual(found.records, [{ name: 'A', price: '1.50' }]);
  assert.ok(found.next_cursor);
  assert.equal(wrong.status, 400);
});

test('what a record does not name is left as it is', async () => {
  const connection = await connect(scene, database);
  await database.admin.query(`create table parts (id int primary key, a int, b int);
    insert into parts values (1, 1, 1), (2, 2, 2)`);
  const records = [
    { id: 1, a: 5 },
    { id: 2, b: 6 },
    { b: 7, id: 3 },
  ];
  const body = { object: 'parts', operation: 'upsert' as const, records };

  const written = bodyOf(await client.writeData({ params: { connection }, body }));

  assert.deepEqual(
    written.results.map(({ index, status }) => [index, status]),
    [
      [0, 'ok'],
      [1, 'ok'],
      [2, 'ok'],
    ],
  );
  const { rows } = await database.admin.query('select id, a, b from parts order by id');
  assert.deepEqual(rows, [
    { id: 1, a: 5, b: 1 },
    { id: 2, a: 2, b: 6 },
    { id: 3, a: null, b: 7 },
  ]);
});

test('credentials that were stored do not go to another host', async () => {
  const body = {
    provider: 'http',
    name: 'API',
    config: { base_url: 'https://api.example', objects: { things: { path: '/things' } } },
    credentials: { kind: 'bearer', token: 'secret-of-the-api' },
  };
  const query = { check: false };
  const made = bodyOf(await client.createConnection({ body, query }));
  const params = { connection: made.id };
  const elsewhere = { ...body.config, base_url: 'https://evil.example' };

  const refused = await client.patchConnection({ params, query, body: { config: elsewhere } });
  const given = { config: elsewhere, credentials: body.credentials };
  const allowed = await client.patchConnection({ params, query, body: given });

  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(refused), /credentials/);
  assert.equal(allowed.status, 200);
});

test('a password with a percent sign is a password', async () => {
  const body = {
    provider: 'postgres',
    name: 'Odd',
    credentials: { url: 'postgres://a:100%@127.0.0.1:9/x' },
  };
  const made = bodyOf(await client.createConnection({ body }));
  assert.equal(made.status, 'error');
  assert.match(made.health.message ?? '', /ECONNREFUSED/);
});
