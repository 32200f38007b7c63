import { until } from '../../server/runtime/testing/until.ts';
import {
  type FollowScene,
  openFollowing,
} from '../../server/sync/engine/realtime/testing/followed.ts';
import { playRounds } from '../../server/sync/engine/realtime/testing/rounds.ts';
import { runnersOf } from '../../server/sync/testing/runners.ts';
import type { Soak } from './run.ts';

const rounds = 200;
const largeRows = 200_000;
const kills = 5;
const loudMegabytes = 500;

/** Whatever is killed, what follows a PostgreSQL holds what that holds: each transaction once, and whole. */
export const soak: Soak = async () => {
  const lines: string[] = [];
  for (const play of [playAll, killLarge, stayQuiet]) {
    const following = await openFollowing({ wal_sender_timeout: '5s', max_wal_size: '2GB' });
    try {
      const line = await play(following);
      process.stderr.write(`${line}\n`);
      lines.push(line);
    } finally {
      await following.end();
    }
  }
  return lines;
};

async function playAll(following: FollowScene): Promise<string> {
  const { killed, changes, runs } = await playRounds(following, rounds, 7);
  const times = (kill: string) => killed.filter((one) => one === kill).length;
  if (runs.some((count) => count !== 1)) throw new Error(`there were ${runs} runs`);
  return `${rounds} rounds, ${changes} changes told; killed: reader ${times('reader')}, source ${times('source')}, destination ${times('destination')} times`;
}

/** One transaction, of which a part was written each time that its reader is killed. */
async function killLarge(following: FollowScene): Promise<string> {
  const { ask, follow, untilSame, destination } = following;
  await ask.query('create table large (id int primary key, note text)');
  await follow('large');
  await untilSame('large');
  await ask.query(`insert into large select n, repeat(md5(n::text), 4)
    from generate_series(1, ${largeRows}) n`);
  for (let kill = 0; kill < kills; kill += 1) {
    await until('a part of it is written', async () => {
      const { rows } = await destination.admin.query(
        `select count(*)::int as count, (select count(*)::int from pg_stat_activity
           where datname = current_database() and application_name ~ '^heddle_' and backend_xid is not null)
           as parts from large`,
      );
      if (rows[0].count !== 0) throw new Error('a part of it is seen before its end');
      return rows[0].parts > 0;
    });
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  }
  await untilSame('large');
  return `a transaction of ${largeRows} rows, killed in its middle ${kills} times: there once, and whole`;
}

/** While others write, the slot of a table in which nothing changes goes with the server. */
async function stayQuiet(following: FollowScene): Promise<string> {
  const { ask, follow, untilSame } = following;
  await ask.query('create table quiet (id int primary key); create table loud (note text)');
  await follow('quiet');
  await untilSame('quiet');
  for (let megabytes = 0; megabytes < loudMegabytes; megabytes += 50) {
    await ask.query(`insert into loud select repeat('x', 1000) from generate_series(1, 50000)`);
  }
  const began = performance.now();
  await until('the slot has come near', async () => {
    const { rows } =
      await ask.query(`select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)
      < 1000000 as is_near from pg_replication_slots where not temporary`);
    return rows[0]?.is_near === true;
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  return `${loudMegabytes} MB written to others: the slot followed within ${seconds} s`;
}
