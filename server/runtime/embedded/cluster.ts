import { spawn } from 'node:child_process';
import { chown, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Binaries } from './binaries.ts';
import type { Folder } from './folder.ts';
import type { Log } from './log.ts';
import { identity } from './user.ts';
import { placeWhole, removeAbandoned } from './whole.ts';

/** Makes the cluster when the folder has none, and refuses one that these programs can't open. */
export async function prepareCluster(folder: Folder, binaries: Binaries, log: Log) {
  await removeAbandoned(folder.cluster);
  if (await isEmpty(folder.cluster)) {
    log.info({ cluster: folder.cluster }, 'Making the embedded PostgreSQL cluster');
    await placeWhole(folder.cluster, (target) => initialize(target, folder, binaries));
  }
  await checkVersion(folder.cluster, binaries.major);
}

async function isEmpty(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch(() => []);
  return names.length === 0;
}

async function initialize(target: string, { user }: Folder, { initdb }: Binaries) {
  await mkdir(target, { mode: 0o700 });
  if (user.foreign) await chown(target, user.uid, user.gid);
  const child = spawn(
    initdb,
    [
      ...['--pgdata', target, '--username', 'postgres', '--encoding', 'UTF8', '--no-instructions'],
      ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
      ...['--auth-local', 'trust', '--auth-host', 'reject'],
    ],
    {
      ...identity(user),
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const [status, complaint] = await Promise.all([ended, text(child.stderr)]);
  if (status === 0) return;
  throw new Error(`initdb could not make the PostgreSQL cluster ${target}: ${complaint.trim()}`);
}

async function checkVersion(cluster: string, major: string) {
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version?.trim() === major) return;
  if (version === undefined) {
    throw new Error(
      `${cluster} is not empty and holds no PostgreSQL cluster (it has no PG_VERSION). ` +
        'Move it away, or set HEDDLE_DATA to another folder.',
    );
  }
  throw new Error(
    `${cluster} was made by PostgreSQL ${version.trim()}, and this Heddle brings PostgreSQL ` +
      `${major}. Make a backup with the Heddle that made it (heddle backup FILE), set HEDDLE_DATA ` +
      'to a new folder, and load the backup there with this one (heddle restore FILE).',
  );
}
