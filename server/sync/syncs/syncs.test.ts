import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { encryptionOf, type Place } from '../connectors/sql/place.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { Alone } from '../engine/alone.ts';
import { bodyOf, connect, makeSync, makeSyncScene } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web', HEDDLE_SYNC_KEPT_DAYS: '7' });
const alone = new Alone(app.server.platform);
const database = await makeDatabase();
after(() => Promise.all([alone.close(), database.end()]));
const scene = await makeSyncScene(app);
const { client } = scene;
const table = await connect(scene, database);
await database.admin.query('create table plain (id int, name text); insert into plain values (1)');

async function connectionTo(provider: string, given: object): Promise<string> {
  const body = { provider, name: 'Away', ...given };
  return bodyOf(await client.createConnection({ body, query: { check: false } })).id;
}

type Refused = { message: string; details: { field: string } };
const refusalOf = (answer: { ok: boolean }) =>
  (answer as unknown as { error: { error: Refused } }).error.error;

test('two fields that are one column at the destination are refused, and both are named', async () => {
  const credentials = { host: '127.0.0.1', port: 9, database: 'none', user: 'nobody' };
  const mysql = await connectionTo('mysql', { credentials });
  const sqlite = await connectionTo('sqlite', { config: { path: 'a.db' }, credentials: {} });
  const long = 'n'.repeat(63);
  const cases = [
    [table, 'Email', 'email', undefined],
    [table, `${long}1`, `${long}2`, `${long}1 and ${long}2`],
    [mysql, 'Email', 'email', 'Email and email'],
    [sqlite, 'Email', 'email', 'Email and email'],
    [sqlite, 'email', 'email', 'both go to email.'],
  ] as const;

  for (const [to, one, other, said] of cases) {
    const source = { connection_id: table, object: 'plain' };
    const destination = { connection_id: to, table: 'somewhere' };
    const field_mappings = [
      { source: 'id', destination: one },
      { source: 'name', destination: other },
    ];
    const answer = await client.createSync({
      body: { name: 'Test', source, destination, field_mappings },
    });

    if (said === undefined) assert.ok(answer.ok);
    else assert.ok(refusalOf(answer).message.includes(said), refusalOf(answer).message);
  }
});

test('records of what has no key cannot be chosen by it, which is said', async () => {
  const ends = { from: table, to: table, object: 'plain', table: 'copy' };
  const keyed = await makeSync(scene, ends, { key: ['id', 'name'] });
  const unknown = await makeSync(scene, ends);
  const choose = (sync: string) => client.runSync({ params: { sync }, body: { keys: [1] } });

  const refused = refusalOf(await choose(keyed));
  const run = bodyOf(await choose(unknown));
  await alone.do({ organization_id: scene.organization, sync_id: unknown, id: run.id });
  const done = bodyOf(await client.getRun({ params: { sync: unknown, run: run.id } }));

  assert.match(refused.message, /a value for id, name/);
  assert.match(done.error ?? '', /the source has none/);
});

test('a change of which nothing is known says so by the rule, too', async () => {
  const sync = await makeSync(scene, { from: table, to: table, object: 'plain', table: 'copy' });
  const body = { scedule: 'daily' } as object;

  const refusal = refusalOf(await client.patchSync({ params: { sync }, body }));

  assert.deepEqual(refusal.details, { field: 'scedule', constraint: 'additionalProperties' });
  assert.match(refusal.message, /it takes name, .*schedule/);
});

test('a place in a list that is none is refused', async () => {
  const ends = { from: table, to: table, object: 'plain', table: 'copy' };
  const sync = await makeSync(scene, ends, { mode: 'append' });
  const { id: run } = bodyOf(await client.runSync({ params: { sync }, body: {} }));

  for (const cursor of ['1.5', 'abc', '-1']) {
    const query = { cursor };
    const answers = [
      await client.listRejected({ params: { sync, run }, query }),
      await client.getRunLog({ params: { sync, run }, query }),
      await client.getCursorHistory({ params: { sync }, query }),
      await client.listSyncs({ query }),
      await client.listRuns({ params: { sync }, query }),
    ];
    assert.deepEqual(
      answers.map((answer) => refusalOf(answer).details.field),
      answers.map(() => 'cursor'),
    );
  }
});

test('a private key that is not there is named where it stands', async () => {
  const ssh = { host: 'jump.example', user: 'me', private_key_id: 'key_none' };
  const credentials = { host: 'db.example', database: 'd', user: 'u', ssh };

  const answer = await client.createConnection({
    body: { provider: 'postgres', name: 'Behind', credentials },
  });

  assert.equal(refusalOf(answer).details.field, 'credentials.ssh.private_key_id');
});

test('an authority that is given is asked, also where any name of a server will do', () => {
  const place = { host: 'db.example', ssl: 'require' } as Place;

  const plain = encryptionOf(place);
  const { ca, rejectUnauthorized } = encryptionOf({ ...place, ca: 'its certificate' }) || {};

  assert.deepEqual(plain, { rejectUnauthorized: false, servername: 'db.example' });
  assert.deepEqual([ca, rejectUnauthorized], ['its certificate', undefined]);
});
