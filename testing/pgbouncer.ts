import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { installPackage } from './debian.ts';
import { freePort } from './port.ts';

/** A pooler in front of a PostgreSQL, for tests. */
export type Pgbouncer = {
  /** The database of the name, through the pooler. */
  url(database: string): string;
  stop(): Promise<void>;
};

type Mode = 'session' | 'transaction';
type Target = { host: string; port: number; user: string };

const run = promisify(execFile);
const folders = { PATH: `${process.env.PATH}:/usr/sbin` };
const startMilliseconds = 20_000;

/** Starts one on loopback; as root on Debian it installs pgbouncer when there is none. */
export async function startPgbouncer(
  mode: Mode,
  target: Target,
  settings: Record<string, string> = {},
): Promise<Pgbouncer> {
  if (!(await isThere())) await installPackage('pgbouncer', 'pgbouncer on the PATH');
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'heddle-pgbouncer-'));
  // It refuses to be root; whoever runs PostgreSQL may use its socket.
  const { uid, gid } = await stat(join(target.host, `.s.PGSQL.${target.port}`));
  await writeFile(join(folder, 'users.txt'), `"${target.user}" ""\n`);
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    configuration(folder, mode, port, target, settings),
  );
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(folder, uid, gid);
  await chmod(folder, 0o755);
  const child = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], {
    env: folders,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(isRoot ? { uid, gid } : {}),
  });
  process.once('exit', () => child.kill('SIGKILL'));
  await untilReady(child);
  child.stderr.resume();
  return {
    url: (database) => `postgres://${target.user}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isThere(): Promise<boolean> {
  return run('pgbouncer', ['--version'], { env: folders }).then(
    () => true,
    () => false,
  );
}

function configuration(
  folder: string,
  mode: Mode,
  port: number,
  target: Target,
  more: Record<string, string>,
): string {
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'trust',
    auth_file: join(folder, 'users.txt'),
    pool_mode: mode,
    default_pool_size: 40,
    max_client_conn: 400,
    ...more,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `[databases]\n* = host=${target.host} port=${target.port}\n[pgbouncer]\n${lines.join('\n')}\n`;
}

async function untilReady(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  const timer = setTimeout(() => child.kill('SIGKILL'), startMilliseconds);
  try {
    for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
      if (/process up/i.test(line)) return;
      said.push(line);
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`pgbouncer did not start:\n${said.slice(-5).join('\n')}`);
}
