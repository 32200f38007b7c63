import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { installPackage } from './debian.ts';
import { freePort } from './port.ts';

/** A Redis that keeps nothing on disk, for tests. */
export type TestRedis = {
  url: string;
  port: number;
  /** It keeps its connections open, but answers nothing until it is resumed. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
};

const run = promisify(execFile);

// Debian's redis-check-rdb is the server under another name. Its package redis-tools, unlike
// redis-server, starts no service on the machine that runs the tests.
const binaries = ['redis-server', 'valkey-server', 'redis-check-rdb'];
const startMilliseconds = 10_000;

/** Starts a Redis or Valkey on loopback; as root on Debian it installs one when there is none. */
export async function startRedis(port?: number): Promise<TestRedis> {
  const binary = (await findBinary()) ?? (await installBinary());
  const chosen = port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'heddle-redis-'));
  const child = spawn(binary, argumentsOf(chosen, folder), {
    argv0: 'redis-server',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  await untilReady(child);
  child.stdout.resume();
  return {
    url: `redis://127.0.0.1:${chosen}`,
    port: chosen,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    stop: () => stop(child, folder),
  };
}

async function findBinary(): Promise<string | undefined> {
  for (const binary of binaries) {
    const found = await run(binary, ['--version'], { argv0: 'redis-server' } as object).then(
      () => true,
      () => false,
    );
    if (found) return binary;
  }
  return undefined;
}

async function installBinary(): Promise<string> {
  await installPackage('redis-tools', 'redis-server or valkey-server on the PATH');
  const binary = await findBinary();
  if (!binary) throw new Error('redis-tools was installed, but no Redis can be run.');
  return binary;
}

function argumentsOf(port: number, folder: string): string[] {
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

async function untilReady(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  const timer = setTimeout(() => child.kill('SIGKILL'), startMilliseconds);
  try {
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      if (/ready to accept connections/i.test(line)) {
        return;
      }
      said.push(line);
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`Redis did not start:\n${said.slice(-5).join('\n')}`);
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}
