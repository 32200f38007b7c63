import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseFolder } from '../../testing/folder.ts';
import { describeHolder, type Embedded, joinEmbedded } from '../embedded.ts';
import { canBePostmaster } from '../processes.ts';

/** Another process that has joined. */
export type Member = {
  pid: number;
  address: Embedded['address'];
  stop(): Promise<string>;
  kill(): Promise<void>;
};

export type Sandbox = {
  base: string;
  data: string;
  join(binaries?: string): Promise<Embedded>;
  /** Starts a process without waiting until it has joined. */
  spawn(binaries?: string): ChildProcess;
  spawnMember(binaries?: string): Promise<Member>;
  holder: () => ReturnType<typeof describeHolder>;
};

export const isRoot = process.getuid?.() === 0;

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const script = join(import.meta.dirname, 'join.ts');

/** A fresh data directory; at the test's end, everything that ran on it is ended and removed. */
export async function openSandbox(t: TestContext, name = 'data'): Promise<Sandbox> {
  const base = await realpath(await mkdtemp(join(databaseFolder, 'heddle-embedded-')));
  await chmod(base, 0o711);
  const data = join(base, name);
  const joined: Embedded[] = [];
  const children: ChildProcess[] = [];
  t.after(() => clear(base, data, joined, children));
  const spawnChild = (binaries?: string) => {
    const child = spawnJoin(data, binaries);
    children.push(child);
    return child;
  };
  return {
    base,
    data,
    join: async (binaries) => {
      const own = { dataDirectory: data, log: quiet, ...(binaries ? { binaries } : {}) };
      const embedded = await joinEmbedded(own);
      joined.push(embedded);
      return embedded;
    },
    spawn: spawnChild,
    spawnMember: (binaries) => memberOf(spawnChild(binaries)),
    holder: () => describeHolder(data),
  };
}

export async function query(address: Embedded['address'], text: string) {
  const client = new pg.Client(address);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Kills PostgreSQL's postmaster and waits until it is gone. */
export async function killPostmaster(pid: number, data: string) {
  process.kill(pid, 'SIGKILL');
  while (await canBePostmaster(pid, join(data, 'postgres'))) await sleep(10);
}

function spawnJoin(data: string, binaries?: string): ChildProcess {
  const more = binaries ? ['--binaries', binaries] : [];
  return spawn(process.execPath, [script, '--data', data, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function memberOf(child: ChildProcess): Promise<Member> {
  if (!child.stdout || !child.stderr) throw new Error('The process has no output');
  let complaint = '';
  child.stderr.on('data', (bytes) => {
    complaint += bytes;
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) throw new Error(`The process did not join: ${complaint}`);
  const { pid, address } = JSON.parse(first.value);
  return {
    pid,
    address,
    stop: async () => {
      child.kill('SIGTERM');
      const last = await lines.next();
      await ended;
      return last.done ? complaint : JSON.parse(last.value).ending;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function clear(base: string, data: string, joined: Embedded[], children: ChildProcess[]) {
  for (const child of children) await endChild(child);
  for (const embedded of joined) await embedded.stop();
  const holder = await describeHolder(data).catch(() => undefined);
  if (holder) await killPostmaster(holder.pid, data);
  await rm(base, { recursive: true, force: true });
  for (const { address } of joined) await rm(address.host, { recursive: true, force: true });
}

async function endChild(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
