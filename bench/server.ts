import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { environmentWith } from '../server/main.ts';

export type Running = { port: number; pid: number; stop(): Promise<void> };

const heddle = fileURLToPath(new URL('../bin/heddle', import.meta.url));

/** Starts `heddle serve` on a free port, and waits until it says that it answers. */
export async function startServer(
  dataDirectory: string,
  environment: Record<string, string>,
): Promise<Running> {
  return startProcess(heddle, ['serve', '--json'], dataDirectory, {
    HEDDLE_DATA: dataDirectory,
    HEDDLE_PORT: '0',
    DATABASE_URL: '',
    ...environment,
  });
}

/** A process that prints one line of JSON, with its port and pid, once it answers. It logs into a file of the folder. */
export async function startProcess<Told = unknown>(
  program: string,
  given: readonly string[],
  folder: string,
  environment: Record<string, string> = {},
): Promise<Running & { told: Told }> {
  const logFile = join(folder, `bench-${basename(program)}.log`);
  const log = openSync(logFile, 'w');
  const child = spawn(program, given, {
    stdio: ['ignore', 'pipe', log],
    env: environmentWith(environment),
  });
  closeSync(log);
  // It must not outlive a benchmark that is broken off.
  const end = () => void child.kill('SIGTERM');
  process.on('exit', end);
  child.once('exit', () => process.off('exit', end));
  const line = await firstLine(child, child.stdout as Readable);
  if (line === undefined) {
    throw new Error(`${program} did not start: ${readFileSync(logFile, 'utf8').slice(-2_000)}`);
  }
  const told = JSON.parse(line) as Told & { port: number; pid: number };
  return { port: told.port, pid: told.pid, told, stop: () => stopProcess(child) };
}

export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function firstLine(child: ChildProcess, from: Readable): Promise<string | undefined> {
  const lines = createInterface({ input: from });
  const ended = once(child, 'exit').then(() => undefined);
  const first = once(lines, 'line').then(([line]) => line as string);
  return Promise.race([first, ended]);
}
