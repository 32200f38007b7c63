import { after } from 'node:test';
import { sync, syncScopes } from '../../../contract/sync/index.ts';
import { samples } from '../../../contract/sync/samples.ts';
import type { Guarded } from '../../platform/api/testing/guarded.ts';
import { makeClient } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import { makeDatabase, type TestDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, type SyncScene } from './scene.ts';

export async function guarded(app: TestServer): Promise<Guarded[]> {
  const database = await makeDatabase();
  after(() => database.end());
  await database.admin.query('create table things (id int primary key, name text)');
  const scene = await makeSyncScene(app);
  const without = new Map<string, string>();
  for (const scope of syncScopes) {
    const scopes = syncScopes.filter((one) => one !== scope);
    without.set(scope, (await makeClient(app, scene.organization, { scopes })).token);
  }
  const ids = await makeAll(app, scene, database);
  const foreign = await makeAll(app, await makeSyncScene(app), database);
  const nouns = ['connection', 'private_key', 'transform', 'sync', 'run'];
  return [
    {
      api: sync,
      welcome: { authorization: `Bearer ${scene.token}` },
      strangers: ({ scope }) => [
        {
          who: `every scope but ${scope}`,
          headers: { authorization: without.get(scope) ?? '' },
          code: 'missing_scope',
        },
      ],
      existing: { ids, day: '' },
      foreign: Object.fromEntries(nouns.map((noun) => [noun, [foreign[noun] as string]])),
      samples,
      foreignIs: ['invalid_request'],
    },
  ];
}

/** One of everything; a run that has set something aside, and one that waits for an answer. */
async function makeAll(
  app: TestServer,
  scene: SyncScene,
  database: TestDatabase,
): Promise<Record<string, string>> {
  const { client } = scene;
  const { client_id, client_secret } = await makeClient(app, scene.organization);
  const connection = await connect(scene, database);
  const { body = {} } = samples.createPrivateKey({ ids: {}, day: '' });
  const key = bodyOf(await client.createPrivateKey({ body: body as never }));
  const code = 'module.exports = () => { throw new Error("no"); };';
  const make = { name: 'Refuses', type: 'javascript', code } as const;
  const refusing = bodyOf(await client.createTransform({ body: make }));
  const unused = bodyOf(await client.createTransform({ body: make }));
  const own = `of_${scene.organization}`;
  await database.admin.query(`create table ${own} as select * from things;
    alter table ${own} add primary key (id); insert into ${own} values (1, 'one'), (2, 'two')`);
  const ends = { from: connection, to: connection, object: own };
  const transforms = [refusing.id];
  const id = await makeSync(scene, { ...ends, table: `${own}_refused` }, { transforms });
  const done = await run(scene, id);
  const mirror = await makeSync(scene, { ...ends, table: `${own}_mirror` }, { mode: 'mirror' });
  await run(scene, mirror);
  await database.admin.query(`delete from ${own} where id = 2`);
  const paused = await run(scene, mirror);
  const spare = await makeSync(scene, { ...ends, table: `${own}_spare` });
  return {
    client_id,
    client_secret,
    connection,
    private_key: key.id,
    transform: unused.id,
    sync: id,
    run: done.id,
    object: own,
    paused_sync: mirror,
    paused_run: paused.id,
    spare_sync: spare,
  };
}
