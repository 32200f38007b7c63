import { runnersOf } from '../../../testing/runners.ts';
import { bodyOf } from '../../../testing/scene.ts';
import type { FollowScene } from './followed.ts';
import { seeded, writeAtOnce } from './writers.ts';

const kills = ['nothing', 'reader', 'source', 'destination'] as const;
type Kill = (typeof kills)[number];
const tables = ['left_hand', 'right_hand'];

/**
 * Writers change two tables at random; meanwhile the process that reads, the source, or what is open at
 * the destination is killed. After each round both ends are compared.
 */
export async function playRounds(following: FollowScene, rounds: number, seed = 1) {
  const { ask, scene, follow, untilSame } = following;
  for (const table of tables) {
    await ask.query(`create table ${table} (id int primary key, name text, number int default 0, big text);
      alter table ${table} alter big set storage external;
      insert into ${table} select n, 'name ' || n from generate_series(1, 30) n`);
  }
  const settings = { max_delete_percent: 100 };
  const syncs = await Promise.all(tables.map((table) => follow(table, settings)));
  for (const table of tables) await untilSame(table);
  const random = seeded(seed);
  const killed: Kill[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const kill = kills[Math.floor(random() * kills.length)] ?? 'nothing';
    killed.push(kill);
    const writing = Promise.all(
      tables.map((table, at) =>
        write(following, table, { seed: seed * 1000 + round * 10 + at, kill }),
      ),
    );
    await strike(following, kill);
    await writing;
    for (const table of tables) await untilSame(table);
  }
  const runs = await Promise.all(
    syncs.map(async (sync) => bodyOf(await scene.client.listRuns({ params: { sync } }))),
  );
  const changes = runs.flat().reduce((sum, { records_read }) => sum + records_read, 0);
  return { killed, changes, runs: runs.map(({ length }) => length) };
}

async function write(
  { source }: FollowScene,
  table: string,
  { seed, kill }: { seed: number; kill: Kill },
): Promise<void> {
  await writeAtOnce(source.credentials('postgres'), table, { seed }).catch((error) => {
    // What writes there dies with it.
    if (kill !== 'source') throw error;
  });
}

async function strike({ source, destination, reconnect }: FollowScene, kill: Kill): Promise<void> {
  if (kill === 'reader') for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  if (kill === 'destination') {
    await destination.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
  }
  if (kill === 'source') {
    await source.stop();
    await source.start();
    await reconnect();
  }
}
