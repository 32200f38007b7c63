import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export type Environment = Record<string, string>;

export type Outcome = { code: number | null; stdout: string; stderr: string };

export type Asked = { args: readonly string[]; environment: Environment };

/** What the worker writes to both streams when a command has ended. */
export const mark = '\0';

const worker = join(import.meta.dirname, 'shell-worker.ts');

/**
 * A process that runs one command after the other: that of `bin/heddle` takes more than a second of
 * the processor until it has loaded what it needs.
 */
export class Shell {
  readonly #child: ChildProcess;
  readonly #stdout: AsyncIterator<string>;
  readonly #stderr: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(environment: Environment) {
    this.#child = spawn(process.execPath, [worker], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#stdout = chunksOf(this.#child.stdout);
    this.#stderr = chunksOf(this.#child.stderr);
  }

  /** Runs a command after those that were asked for before. */
  run(asked: Asked): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#runNext(asked));
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  async #runNext(asked: Asked): Promise<Outcome> {
    const ended = once(this.#child, 'message') as Promise<[number]>;
    this.#child.send(asked);
    const [stdout, stderr] = await Promise.all([upToMark(this.#stdout), upToMark(this.#stderr)]);
    const [code] = await ended;
    return { code, stdout, stderr };
  }
}

function chunksOf(stream: Readable | null): AsyncIterator<string> {
  return (stream as Readable).setEncoding('utf8')[Symbol.asyncIterator]();
}

async function upToMark(chunks: AsyncIterator<string>): Promise<string> {
  let text = '';
  while (!text.endsWith(mark)) {
    const { value, done } = await chunks.next();
    if (done) throw new Error(`The shell ended in a command. ${text}`);
    text += value;
  }
  return text.slice(0, -mark.length);
}
