import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf, makeSync, untilOver } from '../../testing/scene.ts';
import { startBetween } from '../../testing/started.ts';
import { hearing } from './testing/hearing.ts';

const rows = 2_000;
const { app, scene, source, from, to, folder } = await startBetween();
const { client } = scene;
const { listen, told } = hearing(app, scene);
await source.admin.query(`create table heard (id int primary key);
  create table moved (id int primary key, text text);
  insert into moved select n, 'row ' || n from generate_series(1, ${rows}) n`);
await listen(from);

async function connectSqlite() {
  const path = 'killed.db';
  const database = new DatabaseSync(join(folder, path));
  after(() => database.close());
  const body = { provider: 'sqlite', name: 'Killed', config: { path }, credentials: {} };
  return bodyOf(await client.createConnection({ body })).id;
}

async function killUntilOver(params: { sync: string; run: string }) {
  for (let kill = 0, seen = 0; kill < 3; kill += 1) {
    await until('it has gone on', async () => {
      const { status, records_read: read } = bodyOf(await client.getRun({ params }));
      const isFurther = (read > seen && runnersOf(process.pid).length > 0) || status !== 'running';
      if (isFurther) seen = read;
      return isFurther && status !== 'queued';
    });
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  }
  return untilOver(scene, params.sync, params.run);
}

const begin = async (sync: string) => {
  const { id: run } = bodyOf(await client.runSync({ params: { sync }, body: {} }));
  return killUntilOver({ sync, run });
};

const all = (what: string, first = 1) =>
  Array.from({ length: rows + 1 - first }, (_, nth) => `${what} ${first + nth}`);

for (const [name, place] of [
  ['postgres', async () => to],
  ['sqlite', connectSqlite],
] as const) {
  test(`killed again and again, all that ${name} holds is told once, and nothing else`, async () => {
    const connection = await place();
    const table = `moved_${name}`;
    for (const mode of ['upsert', 'append', 'replace'] as const) {
      const ends = { from, to: connection, object: 'moved', table: `${table}_${mode}` };
      const sync = await makeSync(scene, ends, { mode, batch_size: 100 });

      const done = await begin(sync);

      assert.deepEqual([done.status, done.error], ['completed', null]);
      assert.deepEqual((await told(sync)).sort(), all('created').sort(), mode);
    }
  });
}

test('killed again and again, what a mirror changes and deletes is told', async () => {
  await source.admin.query('create table mirrored as select * from moved');
  const ends = { from, to, object: 'mirrored' };
  const settings = { mode: 'mirror' as const, batch_size: 100, key: ['id'] };
  const sync = await makeSync(scene, ends, settings);
  await begin(sync);
  const before = (await told(sync)).length;
  await source.admin.query(`delete from mirrored where id <= 100;
    update mirrored set text = 'changed' where id > ${rows - 500}`);

  const done = await begin(sync);

  assert.deepEqual([done.status, done.records_deleted], ['completed', 100]);
  const gone = Array.from({ length: 100 }, (_, nth) => `deleted ${nth + 1}`);
  const heard = (await told(sync)).slice(before);
  assert.deepEqual(heard.sort(), [...gone, ...all('updated', rows - 499)].sort());
});
