import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { bodyOf, connect, makeSync, makeSyncScene, untilOver } from '../testing/scene.ts';

const rows = 20_000;
const kills = 5;

const app = await startServer();
const source = await makeDatabase();
const destination = await makeDatabase();
after(() => Promise.all([source.end(), destination.end()]));
const scene = await makeSyncScene(app);
const from = await connect(scene, source);
const to = await connect(scene, destination);
await source.admin.query(`create table moved (id int primary key, text text);
  insert into moved select n, 'row ' || n from generate_series(1, ${rows}) n`);

/** The process of this one that does runs. */
function runnerPid(): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return parent === process.pid && command.includes('sync/engine/process.ts');
      } catch {
        return false;
      }
    });
}

for (const mode of ['upsert', 'append', 'replace', 'mirror'] as const) {
  test(`${mode}: killed again and again, a run goes on, and each record is there once`, async () => {
    const table = `moved_${mode}`;
    const sync = await makeSync(
      scene,
      { from, to, object: 'moved', table },
      { mode, batch_size: 500 },
    );
    const begun = bodyOf(await scene.client.runSync({ params: { sync }, body: {} }));
    const params = { sync, run: begun.id };

    for (let kill = 0, seen = 0; kill < kills; kill += 1) {
      await until('it has gone on', async () => {
        const { status, records_read } = bodyOf(await scene.client.getRun({ params }));
        if (status === 'completed') return true;
        const isFurther = status === 'running' && records_read > seen && runnerPid() !== undefined;
        if (isFurther) seen = records_read;
        return isFurther;
      });
      const pid = runnerPid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    }
    const done = await untilOver(scene, sync, begun.id);

    assert.deepEqual([done.status, done.error], ['completed', null]);
    const { rows: counted } = await destination.admin.query(
      `select count(*)::int as count, count(distinct id)::int as distinct, sum(id)::float8 as sum from ${table}`,
    );
    assert.deepEqual(counted, [{ count: rows, distinct: rows, sum: (rows * (rows + 1)) / 2 }]);
  });
}
