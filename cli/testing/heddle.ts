import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../../server/runtime/testing/until.ts';
import { type Environment, type Outcome, Shell } from './shell.ts';

export type { Environment, Outcome };

/** A server that runs as `bin/heddle serve`. */
export type Served = Outcome & {
  url: string;
  port: number;
  pid: number;
  /** Sends a signal to the server itself, not to PostgreSQL. */
  signal(name: NodeJS.Signals): void;
  /** Resolves with what it wrote and how it ended. */
  ended: Promise<Outcome>;
};

export const root = join(import.meta.dirname, '..', '..');
const program = join(root, 'bin', 'heddle');
const running = new Set<ChildProcess>();
let shell: Shell | undefined;

/** Runs a command to its end, in a process that runs one after the other; a server gets its own. */
export async function heddle(args: readonly string[], environment: Environment): Promise<Outcome> {
  if (args[0] === 'serve') return launch(args, environment);
  shell ??= new Shell(surroundings());
  return shell.run({ args, environment: { ...surroundings(), ...environment } });
}

/** The same with `bin/heddle`, in a process of its own, at once. */
export async function launch(args: readonly string[], environment: Environment): Promise<Outcome> {
  return endOf(start(program, args, environment));
}

/** The one JSON document of a command that succeeds. */
export async function heddleJson<T = Record<string, unknown>>(
  args: readonly string[],
  environment: Environment,
): Promise<T> {
  const outcome = await heddle([...args, '--json'], environment);
  assert.equal(outcome.code, 0, outcome.stderr);
  return onlyDocument(outcome) as T;
}

/** Standard output, which has to be one line with one JSON document. */
export function onlyDocument({ stdout, stderr }: Outcome): unknown {
  assert.match(stdout, /^[^\n]+\n$/, `${stdout}\n${stderr}`);
  return JSON.parse(stdout);
}

/** The line that a command which failed says to people; nothing else may stand beside logs. */
export function complaintOf({ stderr }: Outcome): string {
  const lines = stderr.split('\n').filter((line) => line && !line.startsWith('{'));
  assert.equal(lines.length, 1, stderr);
  return lines[0] as string;
}

/** Starts a server and waits until it answers. */
export async function serve(
  environment: Environment,
  options: { detached?: boolean } = {},
): Promise<Served> {
  const given = { HEDDLE_PORT: '0', ...environment };
  const child = start(program, ['serve', '--json'], given, options);
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  const ended = endOf(child, outcome);
  await until('the server answers', () => {
    assert.equal(child.exitCode ?? child.signalCode, null, outcome.stderr);
    return outcome.stdout.includes('\n');
  });
  const { url, port, pid } = onlyDocument(outcome) as Pick<Served, 'url' | 'port' | 'pid'>;
  assert.equal(pid, child.pid, 'the process of bin/heddle is the server');
  const local = url.replace('//localhost', '//127.0.0.1');
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return Object.assign(outcome, { url: local, port, pid, signal, ended });
}

/** Ends what this file started and what still runs. */
export async function endAll(): Promise<void> {
  await shell?.end();
  shell = undefined;
  for (const child of running) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

export function start(
  file: string,
  args: readonly string[],
  environment: Environment,
  options: { detached?: boolean } = {},
): ChildProcess {
  const child = spawn(file, args, {
    ...options,
    env: { ...surroundings(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** What every process is given of the environment of the tests; what was compiled is compiled once. */
function surroundings(): Environment {
  const { PATH = '', HOME = '', TZ = 'UTC', NODE_COMPILE_CACHE = '' } = process.env;
  return { PATH, HOME, TZ, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) };
}

/** Collects what a process writes until it ends. */
export async function endOf(
  child: ChildProcess,
  outcome: Outcome = { code: null, stdout: '', stderr: '' },
): Promise<Outcome> {
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    outcome.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    outcome.stderr += text;
  });
  await once(child, 'close');
  outcome.code = child.exitCode;
  return outcome;
}
