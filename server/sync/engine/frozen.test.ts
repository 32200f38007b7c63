import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as later } from 'node:timers/promises';
import { shortId } from '../../runtime/ids.ts';
import { databaseFolder } from '../../runtime/testing/folder.ts';
import { connect as asOwner } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { makeSchema } from '../connectors/testing/mariadbs.ts';
import { runnersOf } from '../testing/runners.ts';
import { bodyOf, connect, makeSync, makeSyncScene, untilOver } from '../testing/scene.ts';

/** More than are moved before it is heard that they move. */
const rows = 50_000;
const root = await mkdtemp(join(databaseFolder, 'heddle-frozen-'));
// It has no room for another run while it has these.
const limits = { HEDDLE_SYNC_RUNS: '3', HEDDLE_SYNC_RUNS_PER_ORGANIZATION: '3' };
const app = await startServer({ HEDDLE_FILES_DIR: root, ...limits });
const [source, destination, schema] = [
  await makeDatabase(),
  await makeDatabase(),
  await makeSchema(),
];
after(() =>
  Promise.all([source.end(), destination.end(), schema.end(), rm(root, { recursive: true })]),
);
const scene = await makeSyncScene(app);
const from = await connect(scene, source);
const folder = join(root, shortId('organization', scene.organization));
await mkdir(folder, { recursive: true });
const file = new DatabaseSync(join(folder, 'data.db'), { timeout: 60_000 });
after(() => file.close());
await source.admin.query(`create table moved (id int primary key, text text);
  insert into moved select n, 'row ' || n from generate_series(1, ${rows}) n`);

async function connectTo(provider: string, given: object): Promise<string> {
  const body = { provider, name: provider, config: {}, credentials: {}, ...given };
  return bodyOf(await scene.client.createConnection({ body })).id;
}

const places = [
  {
    connection: await connect(scene, destination),
    ask: async (sql: string) => (await destination.admin.query(sql)).rows[0],
  },
  {
    connection: await connectTo('mysql', { credentials: schema.credentials }),
    ask: async (sql: string) => {
      const [found] = await schema.admin.query({ sql, rowsAsArray: false });
      return (found as Record<string, unknown>[])[0];
    },
  },
  {
    connection: await connectTo('sqlite', { config: { path: 'data.db' } }),
    ask: async (sql: string) => file.prepare(sql).get(),
  },
];

test('a server that wakes up after another has taken over its runs writes nothing more, wherever they go', async () => {
  const runs: { sync: string; run: string }[] = [];
  for (const { connection, ask } of places) {
    // What is written twice stands there twice.
    await ask('create table moved (id int, text text)');
    const ends = { from, to: connection, object: 'moved' };
    const sync = await makeSync(scene, ends, { mode: 'append', batch_size: 100 });
    runs.push({ sync, run: bodyOf(await scene.client.runSync({ params: { sync }, body: {} })).id });
  }
  const read = async () => {
    const shown = await Promise.all(runs.map((params) => scene.client.getRun({ params })));
    return shown.map((one) => bodyOf(one).records_read);
  };
  const before = await until('all have gone on', async () => {
    const counts = await read();
    return counts.every((count) => count > 0) && counts;
  });
  const frozen = runnersOf(process.pid);
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');

  // What a server says whose own runs have been silent for longer than their lease.
  const owner = await asOwner(app.address);
  await owner.rows(
    `update sync.run set status = 'queued', lease_until = null
     where status = 'running' and id = any($1)`,
    [runs.map(({ run }) => run)],
  );
  await owner.end();
  await app.another(limits);
  await until('the other one has them', () => runnersOf(process.pid).length > frozen.length);
  // One that holds a lock of the destination keeps the other one waiting until it wakes up.
  const isFurther = until('it has gone on', async () => {
    return (await read()).every((count, at) => count === rows || count > (before[at] ?? 0));
  });
  await Promise.race([isFurther, later(5_000)]);
  for (const pid of frozen) process.kill(pid, 'SIGCONT');

  for (const { sync, run } of runs) {
    const { status, error } = await untilOver(scene, sync, run);
    assert.deepEqual([status, error], ['completed', null]);
  }
  for (const { ask } of places) {
    const found = await ask('select count(*) as count, count(distinct id) as ids from moved');
    assert.deepEqual(Object.values(found ?? {}).map(Number), [rows, rows]);
  }
  await isFurther;
});
