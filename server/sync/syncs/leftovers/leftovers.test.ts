import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { shortId } from '../../../runtime/ids.ts';
import { databaseFolder } from '../../../runtime/testing/folder.ts';
import { connect as asOwner } from '../../../runtime/testing/owner.ts';
import { until } from '../../../runtime/testing/until.ts';
import { startServer } from '../../../testing/server.ts';
import { makeDatabase } from '../../connectors/testing/databases.ts';
import { makeSchema } from '../../connectors/testing/mariadbs.ts';
import { bodyOf, connect, makeSync, makeSyncScene, run, untilOver } from '../../testing/scene.ts';
import { forgetLeftovers } from './forgetting.ts';

const root = await mkdtemp(join(databaseFolder, 'heddle-leftovers-'));
const app = await startServer({ HEDDLE_FILES_DIR: root });
const owner = await asOwner(app.address);
const [source, destination, schema] = [
  await makeDatabase(),
  await makeDatabase(),
  await makeSchema(),
];
const scene = await makeSyncScene(app);
const { client } = scene;
const from = await connect(scene, source);
const folder = join(root, shortId('organization', scene.organization));
await mkdir(folder, { recursive: true });
const file = new DatabaseSync(join(folder, 'data.db'), { timeout: 60_000 });
file.exec('pragma journal_mode = wal');
after(async () => {
  file.close();
  await Promise.all([source.end(), destination.end(), schema.end(), owner.end()]);
  await rm(root, { recursive: true });
});
await source.admin.query(`create table moved (id int primary key, at int);
  insert into moved select n, n from generate_series(1, 6) n`);

async function connectTo(provider: string, given: object): Promise<string> {
  const body = { provider, name: provider, config: {}, credentials: {}, ...given };
  return bodyOf(await client.createConnection({ body })).id;
}

const places = {
  postgres: {
    connection: await connect(scene, destination),
    run: async (sql: string) => {
      await destination.admin.query(sql);
    },
    /** What is there for runs, and for which owners. */
    left: async () => {
      const { rows } = await destination.admin.query(`select relname as name from pg_class
        where relkind = 'r' and relname ~ '^heddle_[0-9a-f]{16}' union all
        select sync_id from heddle_state order by 1`);
      return rows.map(({ name }) => String(name));
    },
  },
  mysql: {
    connection: await connectTo('mysql', { credentials: schema.credentials }),
    run: async (sql: string) => {
      await schema.admin.query(sql);
    },
    left: async () => {
      const [rows] = await schema.admin.query(`select table_name as name
        from information_schema.tables where table_schema = database()
          and table_name regexp '^heddle_[0-9a-f]{16}'
        union all select sync_id from heddle_state order by 1`);
      return (rows as unknown[][]).map(String);
    },
  },
  sqlite: {
    connection: await connectTo('sqlite', { config: { path: 'data.db' } }),
    run: async (sql: string) => file.exec(sql),
    left: async () => {
      const rows = file.prepare(`select name from sqlite_schema where type = 'table'
        and name like 'heddle\\_%' escape '\\' and name <> 'heddle_state'
        union all select sync_id from heddle_state order by 1`);
      return rows.all().map(({ name }) => String(name));
    },
  },
};

async function attemptsFor(id: string) {
  const rows = await owner.rows<{ attempts: number }>(
    'select attempts from sync.leftover where owner_id = $1',
    [id],
  );
  return rows.map(({ attempts }) => attempts);
}

/** Until so much is known of what somebody has left, whoever takes it up. */
async function forget(id: string, attempts: readonly number[] = []) {
  await app.server.jobs.carryOut(forgetLeftovers, {});
  await until('it was attempted', async () => {
    return JSON.stringify(await attemptsFor(id)) === JSON.stringify(attempts);
  });
}

let made = 0;

/** A run that would delete too much, and has paused with what it has seen. */
async function paused({ connection, run: ask }: (typeof places)['postgres']) {
  made += 1;
  const table = `mirror${made}`;
  await ask(`create table ${table} (id int primary key, at int);
    insert into ${table} values (7, 7), (8, 8), (9, 9)`);
  const ends = { from, to: connection, object: 'moved', table };
  const sync = await makeSync(scene, ends, { mode: 'mirror' });
  const { id, status, error } = await run(scene, sync);
  assert.deepEqual([status, error], ['paused', null]);
  return { sync, run: id };
}

for (const [name, place] of Object.entries(places)) {
  test(`${name}: what a cancelled run has left goes, and it can be begun anew`, async () => {
    const params = await paused(place);
    const before = await place.left();

    bodyOf(await client.cancelRun({ params }));
    await forget(params.sync);
    const after = await place.left();
    bodyOf(await client.resumeRun({ params, body: {} }));
    const again = await untilOver(scene, params.sync, params.run);

    assert.equal(before.length - after.length, 1);
    assert.deepEqual([before.includes(params.sync), after.includes(params.sync)], [true, true]);
    assert.deepEqual([again.status, again.pause?.planned_deletes], ['paused', 3]);
  });

  test(`${name}: of a deleted sync nothing stays`, async () => {
    const [gone, other] = [await paused(place), await paused(place)];
    const before = await place.left();

    await client.deleteSync({ params: { sync: gone.sync } });
    await forget(gone.sync);

    const after = await place.left();
    assert.equal(before.length - after.length, 2);
    assert.deepEqual([after.includes(gone.sync), after.includes(other.sync)], [false, true]);
  });
}

test('where a part was is forgotten when it is complete', async () => {
  const { connection, left } = places.postgres;
  const ends = { from, to: connection, object: 'moved', table: 'parts' };
  const sync = await makeSync(scene, ends, { cursor_field: 'at' });
  await run(scene, sync);
  const part = await run(scene, sync, { from: '2', to: '3' });

  await forget(part.id);

  const after = await left();
  assert.deepEqual([part.status, part.records_read], ['completed', 2]);
  assert.deepEqual([after.includes(part.id), after.includes(sync)], [false, true]);
});

test('a destination that cannot be reached is tried again for a day, and holds up no other', async () => {
  const another = await makeDatabase();
  const to = await connect(scene, another);
  const { sync } = await paused({
    ...places.postgres,
    connection: to,
    run: async (sql) => {
      await another.admin.query(sql);
    },
  });
  const credentials = { ...another.credentials, port: 9 };
  const params = { connection: to };
  await client.patchConnection({ params, query: { check: false }, body: { credentials } });

  await client.deleteSync({ params: { sync } });
  await forget(sync, [1]);
  await app.server.jobs.carryOut(forgetLeftovers, {});
  const early = await attemptsFor(sync);
  app.clock.advance({ minutes: 5 });
  await forget(sync, [2]);
  app.clock.advance({ days: 1 });
  await forget(sync);

  assert.deepEqual(early, [1]);
  await another.end();
});
