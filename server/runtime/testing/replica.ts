import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silent } from '../../testing/cluster.ts';
import { type Embedded, joinEmbedded } from '../embedded/embedded.ts';
import { databaseFolder } from './folder.ts';
import { connect } from './owner.ts';

const run = promisify(execFile);

/** What a crash of the machine would lose is no loss in a test. */
const settings = { fsync: 'off', shared_buffers: '64MB' };

export type Clusters = {
  folder: string;
  /** A PostgreSQL of the test's own. */
  start(name: string): Promise<Embedded>;
  /** One that follows another, from its present state on, until it is promoted. */
  follow(name: string, leader: Embedded): Promise<Embedded>;
  remove(): Promise<void>;
};

/** Clusters apart from that of all tests, in a folder that goes with them. */
export async function makeClusters(): Promise<Clusters> {
  const base = await realpath(await mkdtemp(join(databaseFolder, 'heddle-clusters-')));
  await chmod(base, 0o711);
  const started = new Map<Embedded, string>();
  const start = async (name: string) => {
    const dataDirectory = join(base, name);
    const cluster = await joinEmbedded({ dataDirectory, log: silent, settings });
    started.set(cluster, dataDirectory);
    return cluster;
  };
  return {
    folder: base,
    start,
    async follow(name, leader) {
      const folder = join(base, name);
      await mkdir(folder, { mode: 0o711 });
      await copyCluster(leader, started.get(leader) as string, folder);
      return start(name);
    },
    async remove() {
      for (const cluster of started.keys()) {
        await cluster.stop();
        await rm(cluster.address.host, { recursive: true, force: true });
      }
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function copyCluster({ address }: Embedded, from: string, to: string): Promise<void> {
  const target = join(to, 'postgres');
  const leader = await connect({ ...address, database: 'postgres' });
  await leader.rows(`select pg_backup_start('replica', true)`);
  await run('cp', ['-a', join(from, 'postgres'), target]);
  const [stopped] = await leader.rows<{ labelfile: string }>('select * from pg_backup_stop(false)');
  await leader.end();
  await rm(join(target, 'postmaster.pid'), { force: true });
  await writeFile(join(target, 'backup_label'), stopped?.labelfile ?? '');
  await writeFile(join(target, 'standby.signal'), '');
  const source = `host=${address.host} port=${address.port} user=${address.user}`;
  await writeFile(join(target, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`);
  await run('chown', ['-R', `--reference=${target}`, target]);
}
