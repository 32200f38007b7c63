import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { databaseFolder } from '../server/runtime/testing/folder.ts';
import { installPackage } from './debian.ts';
import { freePort } from './port.ts';

/** A MariaDB on loopback with an empty database `heddle`, for tests. */
export type TestMariadb = {
  port: number;
  /** For root, who needs no password. */
  url: string;
  stop(): Promise<void>;
};

const run = promisify(execFile);
const folders = { PATH: `${process.env.PATH}:/usr/sbin` };
const startMilliseconds = 60_000;
const shares = ['/usr/share/mysql', '/usr/share/mariadb'];
const beginning = [
  'create database mysql;',
  'use mysql;',
  'set @auth_root_socket = null;',
  'set @skip_auth_anonymous = 1;',
];
/** What a crash of the machine would lose is no loss in a test. */
const settings = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-flush-method=nosync',
  '--innodb-buffer-pool-size=32M',
  '--innodb-log-file-size=16M',
  '--performance-schema=OFF',
  '--character-set-server=utf8mb4',
  '--local-infile=ON',
];

/** Starts one; as root on Debian it installs the server, without a service, when there is none. */
export async function startMariadb(options: readonly string[] = []): Promise<TestMariadb> {
  if (!(await isThere())) await installPackage('mariadb-server-core', 'mariadbd on the PATH');
  const port = await freePort();
  const folder = await mkdtemp(join(databaseFolder, 'heddle-mariadb-'));
  const [data, temporary] = [join(folder, 'data'), join(folder, 'temporary')];
  await Promise.all([mkdir(data), mkdir(temporary)]);
  const common = [
    '--no-defaults',
    `--datadir=${data}`,
    // One that starts removes the temporary tables that it finds there, those of another one too.
    `--tmpdir=${temporary}`,
    `--user=${userInfo().username}`,
    ...settings,
  ];
  await makeTables(common);
  const socket = join(folder, 'socket');
  const own = ['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${socket}`, ...options];
  const child = spawn('mariadbd', [...common, ...own], {
    env: folders,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  await untilReady(child);
  child.stderr.resume();
  return {
    port,
    url: `mysql://root@127.0.0.1:${port}/heddle`,
    stop: () => stop(child, folder),
  };
}

async function isThere(): Promise<boolean> {
  return run('mariadbd', ['--version'], { env: folders }).then(
    () => true,
    () => false,
  );
}

/** As mariadb-install-db does it, which comes with more than the server. */
async function makeTables(common: readonly string[]): Promise<void> {
  const folder = shares.find((share) => existsSync(share));
  if (folder === undefined) throw new Error(`MariaDB has none of ${shares.join(', ')}.`);
  const scripts = await Promise.all(
    ['tables', 'tables_data'].map((name) => readFile(`${folder}/mysql_system_${name}.sql`, 'utf8')),
  );
  const child = spawn('mariadbd', [...common, '--bootstrap'], {
    env: folders,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const said = text(child.stderr);
  child.stdin.end([...beginning, ...scripts, 'create database heddle;'].join('\n'));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`MariaDB did not make its tables:\n${(await said).slice(-1000)}`);
}

async function untilReady(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  const timer = setTimeout(() => child.kill('SIGKILL'), startMilliseconds);
  try {
    for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
      if (/ready for connections/i.test(line)) return;
      said.push(line);
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`MariaDB did not start:\n${said.slice(-5).join('\n')}`);
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}
