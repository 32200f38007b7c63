import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync } from '../testing/scene.ts';
import { startWithFolder } from '../testing/started.ts';

const { scene, folder } = await startWithFolder();
const database = await makeDatabase();
after(() => database.end());
const { client } = scene;
const good = await connect(scene, database);
const wrong = await make('postgres', {}, { ...database.credentials, database: 'nowhere' });
await writeFile(join(folder, 'list.ndjson'), '{"id":1,"more":{"a":1}}\n');
const files = await make('files', { path: '.' }, {});
await database.admin.query('create table things (id int primary key, more json)');

async function make(provider: string, config: object, credentials: object) {
  const body = { provider, name: 'Test', config: { ...config }, credentials: { ...credentials } };
  return bodyOf(await client.createConnection({ body })).id;
}

/** The status, and the member that is at fault. */
function faultOf(answer: { ok: boolean }) {
  const { status, error } = answer as { status?: number; error?: unknown };
  const { details } = (error as { error?: { details?: { field?: string } } })?.error ?? {};
  return [status, details?.field];
}

const asking = (connection: string, object: string, more: object = {}) =>
  client.queryData({ params: { connection }, body: { object, ...more } });
const describing = (connection: string, object: string) =>
  client.getObject({ params: { connection, object } });
const writing = (connection: string, object: string, more: object = {}) => {
  const body = { object, operation: 'insert' as const, records: [{ id: 1 }], ...more };
  return client.writeData({ params: { connection }, body });
};

test('what the system refuses of a connection is a 502 wherever it is met', async () => {
  const answers = [
    await describing(wrong, 'things'),
    await asking(wrong, 'things'),
    await writing(wrong, 'things'),
    await client.listObjects({ params: { connection: wrong } }),
    await client.previewSync({
      params: { sync: await makeSync(scene, { from: wrong, to: good, object: 'things' }) },
    }),
  ];

  for (const answer of answers) assert.deepEqual(faultOf(answer), [502, undefined]);
});

for (const [provider, connection, object] of [
  ['postgres', good, 'things'],
  ['files', files, 'list.ndjson'],
] as const) {
  test(`${provider}: an object that is not there is a 404 in a path, a 400 in a body`, async () => {
    const params = { sync: await makeSync(scene, { from: connection, to: good, object: 'no' }) };

    assert.deepEqual(faultOf(await describing(connection, 'no')), [404, undefined]);
    assert.deepEqual(faultOf(await asking(connection, 'no')), [400, 'object']);
    assert.deepEqual(faultOf(await writing(connection, 'no')), [400, 'object']);
    assert.deepEqual(faultOf(await client.previewSync({ params })), [400, 'source.object']);
  });

  test(`${provider}: what cannot be done is a 400 that names the member`, async () => {
    const asked = { order_by: 'more' };

    assert.deepEqual(faultOf(await asking(connection, object, asked)), [400, 'order_by']);
  });
}

test('files: an operation that is not theirs is a 400 that names it', async () => {
  const more = { operation: 'update', key: 'id' };

  assert.deepEqual(faultOf(await writing(files, 'list.ndjson', more)), [400, 'operation']);
});
