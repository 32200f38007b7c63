import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { shortId } from '../../runtime/ids.ts';
import { databaseFolder } from '../../runtime/testing/folder.ts';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { makeSchema } from '../connectors/testing/mariadbs.ts';
import { runnersOf } from '../testing/runners.ts';
import { bodyOf, connect, makeSync, makeSyncScene, untilOver } from '../testing/scene.ts';

const rows = 20_000;
const kills = 5;
const refusedEach = 1_000;

const root = await mkdtemp(join(databaseFolder, 'heddle-kills-'));
const app = await startServer({
  HEDDLE_FILES_DIR: root,
  HEDDLE_SYNC_RUNS: '12',
  HEDDLE_SYNC_RUNS_PER_ORGANIZATION: '12',
});
const source = await makeDatabase();
const destination = await makeDatabase();
const schema = await makeSchema();
after(() =>
  Promise.all([source.end(), destination.end(), schema.end(), rm(root, { recursive: true })]),
);
const scene = await makeSyncScene(app);
const from = await connect(scene, source);
const folder = join(root, shortId('organization', scene.organization));
await mkdir(folder, { recursive: true });
await source.admin.query(`create table moved (id int primary key, text text);
  insert into moved select n, 'row ' || n from generate_series(1, ${rows}) n`);

type Place = { connection: string; ask(sql: string): Promise<Record<string, unknown>[]> };
const places: Record<string, (mode: string) => Promise<Place>> = {
  postgres: async () => ({
    connection: await connect(scene, destination),
    ask: async (sql) => (await destination.admin.query(sql)).rows,
  }),
  sqlite: async (mode) => {
    const path = `${mode}.db`;
    const database = new DatabaseSync(join(folder, path));
    after(() => database.close());
    const body = { provider: 'sqlite', name: mode, config: { path }, credentials: {} };
    const { id } = bodyOf(await scene.client.createConnection({ body }));
    return { connection: id, ask: async (sql) => database.prepare(sql).all() };
  },
  mysql: async () => {
    const body = { provider: 'mysql', name: 'Test', credentials: schema.credentials };
    const { id, status, health } = bodyOf(await scene.client.createConnection({ body }));
    assert.equal(status, 'active', String(health.message));
    const ask = async (sql: string) => {
      const [found] = await schema.admin.query({ sql, rowsAsArray: false });
      return found as Record<string, unknown>[];
    };
    return { connection: id, ask };
  },
};
const modes = ['upsert', 'append', 'replace', 'mirror'] as const;
const moves = Object.entries(places).flatMap(([name, open]) =>
  modes.map((mode) => ({ name: `${name} ${mode}`, mode, open })),
);

test('killed again and again, runs go on: each record is there once, or set aside once', async () => {
  const runs = await Promise.all(
    moves.map(async ({ name, mode, open }) => {
      const { connection, ask } = await open(mode);
      const table = `moved_${mode}`;
      const isTaken = `id % ${refusedEach} <> 7`;
      await ask(`create table ${table} (id int primary key, text text, check (${isTaken}))`);
      const ends = { from, to: connection, object: 'moved', table };
      const sync = await makeSync(scene, ends, { mode, batch_size: 500 });
      const { id: run } = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
      return { name, params: { sync, run }, table, ask };
    }),
  );

  for (let kill = 0, seen = 0; kill < kills; kill += 1) {
    await until('they have gone on', async () => {
      const shown = await Promise.all(runs.map(({ params }) => scene.client.getRun({ params })));
      const read = shown.reduce((sum, one) => sum + bodyOf(one).records_read, 0);
      const isFurther = read > seen && runnersOf(process.pid).length > 0;
      if (isFurther) seen = read;
      return isFurther || shown.every((one) => bodyOf(one).status === 'completed');
    });
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  }

  const refused = rows / refusedEach;
  for (const { name, params, table, ask } of runs) {
    const done = await untilOver(scene, params.sync, params.run);
    assert.deepEqual([done.status, done.error, done.records_failed], ['completed', null, refused]);
    const taken = done.records_written + done.records_skipped;
    assert.deepEqual([done.records_read, taken], [rows, rows - refused], name);
    const [counted] = await ask(
      `select count(*) as count, count(distinct id) as ids from ${table}`,
    );
    const { count, ids } = counted as { count: unknown; ids: unknown };
    assert.deepEqual([Number(count), Number(ids)], [rows - refused, rows - refused], name);
    const list = bodyOf(await scene.client.listRejected({ params, query: { limit: 1_000 } }));
    const each = Array.from({ length: refused }, (_, nth) => nth * refusedEach + 7);
    assert.deepEqual(
      list.map(({ record }) => record.id),
      each,
      name,
    );
  }
});

test('a run that only adds goes on where it was, and how far it is it hears from its destination', async () => {
  const to = await connect(scene, destination);
  const ends = { from, to, object: 'moved', table: 'added' };
  const sync = await makeSync(scene, ends, { mode: 'append', batch_size: 400 });
  const { id: run } = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
  const [there, owner] = [destination.admin, await asOwner(app.address)];
  const position = await until('it has committed', async () => {
    const { rows: found } = await there
      .query('select position from heddle_state where sync_id = $1', [sync])
      .catch(() => ({ rows: [] }));
    return (found[0]?.position as string | null | undefined) ?? undefined;
  });
  for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  // Nothing more is committed, but the next one is told where the last one was.
  await there.query('begin; lock table added in exclusive mode');
  await owner.rows('update sync.run set position = null, attempts = 11 where id = $1', [run]);
  const known = await until('the next one has begun', async () => {
    const [row] = await owner.rows<{ position: string | null; attempts: number }>(
      'select position, attempts from sync.run where id = $1',
      [run],
    );
    return row?.position ? row : undefined;
  });
  await there.query('rollback');
  await owner.end();

  const done = await untilOver(scene, sync, run);
  const { counts, ...kept } = JSON.parse(position);
  assert.deepEqual([Object.keys(kept), counts.run], [['of', 'batch', 'at'], run]);
  const { at, batch, ...more } = JSON.parse(known.position ?? '');
  assert.ok(Number(at[0]) >= Number(kept.at[0]));
  assert.ok(batch >= kept.batch);
  assert.deepEqual(more, { of: kept.of });
  assert.equal(known.attempts, 1);
  assert.deepEqual([done.status, done.error], ['completed', null]);
  const { rows: counted } = await there.query('select count(*)::int from added');
  assert.deepEqual(counted, [{ count: rows }]);
});

test('a part that is read again, killed on its way, is added once', async () => {
  await source.admin.query(
    'create table parts as select id, id as place from moved where id <= 5000',
  );
  const sync = await makeSync(
    scene,
    { from, to: await connect(scene, destination), object: 'parts' },
    { mode: 'append', cursor_field: 'place', batch_size: 100 },
  );
  const body = { from: '1', to: '4000' };
  const { id: run } = bodyOf(await scene.client.runSync({ params: { sync }, body }));
  const params = { sync, run };
  await until('it has gone on', async () => {
    const { records_read, status } = bodyOf(await scene.client.getRun({ params }));
    return (records_read > 0 && runnersOf(process.pid).length > 0) || status === 'completed';
  });

  for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  const done = await untilOver(scene, sync, run);

  assert.deepEqual([done.status, done.error], ['completed', null]);
  const { rows: counted } = await destination.admin.query('select count(*)::int from parts');
  assert.deepEqual(counted, [{ count: 4000 }]);
});

test('a process that is frozen past its lease is ended, and its run goes on in another', async () => {
  const to = await connect(scene, destination);
  const ends = { from, to, object: 'moved', table: 'frozen' };
  const sync = await makeSync(scene, ends, { batch_size: 500 });
  const { id: run } = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
  const params = { sync, run };
  await until('it has gone on', async () => {
    const { records_read, status } = bodyOf(await scene.client.getRun({ params }));
    return records_read > 0 || status === 'completed';
  });
  for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGSTOP');
  const owner = await asOwner(app.address);
  await owner.rows("update sync.run set lease_until = now() - interval '1 second' where id = $1", [
    run,
  ]);
  await owner.end();

  const done = await untilOver(scene, sync, run);
  assert.deepEqual([done.status, done.error], ['completed', null]);
  const { rows: counted } = await destination.admin.query(
    'select count(*)::int, count(distinct id)::int as ids from frozen',
  );
  assert.deepEqual(counted, [{ count: rows, ids: rows }]);
});
