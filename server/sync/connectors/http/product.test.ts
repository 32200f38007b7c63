import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run } from '../../testing/scene.ts';
import { makeDatabase, type TestDatabase } from '../testing/databases.ts';
import { startApi } from './testing/api.ts';

const app = await startServer();
let database: TestDatabase;
before(async () => {
  database = await makeDatabase();
});
after(() => database.end());

const records = [1, 2, 3, 4, 5].map((id) => ({
  id,
  name: `n${id}`,
  at: `2024-01-0${id}T00:00:00Z`,
}));
const fields = { id: 'int8', name: 'text', at: 'timestamptz' };
const config = {
  objects: {
    people: { path: '/people', key: 'id', fields, cursor_field: 'at', cursor_param: 'since' },
  },
  pagination: { type: 'cursor' },
};
const credentials = { kind: 'bearer', token: 's3cret' };

test('an API is connected, asked, synced into a database, and written to from it', async () => {
  const sent: string[] = [];
  const api = await startApi(({ method, url, body, headers }) => {
    if (headers.authorization !== 'Bearer s3cret') return { status: 401 };
    if (method !== 'GET') {
      sent.push(`${method} ${url.pathname} ${body}`);
      return { status: 204 };
    }
    const since = url.searchParams.get('since') ?? '';
    const found = records.filter(({ at }) => at >= since);
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const next = from + 2 < found.length ? String(from + 2) : null;
    return { body: { items: found.slice(from, from + 2), next_cursor: next } };
  });
  const scene = await makeSyncScene(app);
  const body = {
    provider: 'http',
    name: 'API',
    config: { ...config, base_url: api.url },
    credentials,
  };
  const connection = bodyOf(await scene.client.createConnection({ body }));
  assert.equal(connection.status, 'active', String(connection.health.message));
  assert.doesNotMatch(JSON.stringify(connection), /s3cret/);

  const object = { params: { connection: connection.id, object: 'people' }, query: { sample: 1 } };
  const described = bodyOf(await scene.client.getObject(object));
  assert.deepEqual(described.primary_key, ['id']);
  assert.deepEqual(described.sample, [{ id: '1', name: 'n1', at: '2024-01-01T00:00:00Z' }]);

  const to = await connect(scene, database);
  const ends = { from: connection.id, to, object: 'people' };
  const syncId = await makeSync(scene, ends, { cursor_field: 'at' });
  const first = await run(scene, syncId);
  assert.deepEqual([first.status, first.records_written], ['completed', 5], String(first.error));
  const second = await run(scene, syncId);
  assert.deepEqual([second.status, second.records_read], ['completed', 1], String(second.error));
  const { rows } = await database.admin.query('select count(*)::int as count from people');
  assert.equal(rows[0].count, 5);

  const back = { from: to, to: connection.id, object: 'people' };
  const backId = await makeSync(scene, back, { mode: 'upsert', filters: ['id = 5'] });
  const third = await run(scene, backId);
  assert.deepEqual([third.status, third.records_written], ['completed', 1], String(third.error));
  assert.match(sent.join(), /^PUT \/people\/5 \{"at":"2024-01-05T00:00:00Z","id":5,"name":"n5"\}$/);
});
