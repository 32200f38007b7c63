import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackage } from './debian.ts';
import { freePort } from './port.ts';

/** A PostgreSQL of Debian's on loopback: what others have, for proofs and benchmarks. */
export type DebianPostgres = {
  credentials(database: string): { host: string; port: number; database: string; user: string };
  /** Arguments of psql and its like. */
  arguments(database: string): string[];
  start(): Promise<void>;
  /** At once, as if its machine were gone. */
  stop(): Promise<void>;
  end(): Promise<void>;
};

const run = promisify(execFile);
const debian = '/usr/lib/postgresql';
const user = 'postgres';

/** As root on Debian it installs one when there is none. */
export async function startPostgres(
  settings: Record<string, string> = {},
): Promise<DebianPostgres> {
  const binaries = await findBinaries();
  const folder = await mkdtemp(join(tmpdir(), 'heddle-postgres-'));
  const isRoot = process.getuid?.() === 0;
  // It refuses to be root.
  const own = isRoot ? await idsOf(user) : undefined;
  if (own) await chown(folder, own.uid, own.gid);
  const data = join(folder, 'data');
  const call = (program: string, given: string[]) =>
    run(join(binaries, program), given, { ...own, cwd: folder });
  await call('initdb', ['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--no-locale']);
  const port = await freePort();
  const set = Object.entries({ ...settings, unix_socket_directories: folder, port: String(port) });
  const options = set.map(([name, value]) => `-c ${name}=${value}`).join(' ');
  const control = (...given: string[]) => call('pg_ctl', ['-D', data, '-w', ...given]);
  const stop = async () => void (await control('stop', '-m', 'immediate'));
  const start = async () => void (await control('start', '-l', join(folder, 'log'), '-o', options));
  await start();
  return {
    credentials: (database) => ({ host: '127.0.0.1', port, database, user }),
    arguments: (database) => ['-h', '127.0.0.1', '-p', String(port), '-U', user, '-d', database],
    start,
    stop,
    end: async () => {
      await stop().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function findBinaries(): Promise<string> {
  const find = async () => (await readdir(debian).catch(() => [])).sort().at(-1);
  if ((await find()) === undefined) await installPackage('postgresql', 'a PostgreSQL of Debian');
  return join(debian, (await find()) ?? '', 'bin');
}

async function idsOf(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}
