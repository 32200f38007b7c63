import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../runtime/errors.ts';
import type { Outcome, Task } from './task.ts';

const program = fileURLToPath(new URL('program.ts', import.meta.url));
/** An AVIF of 36 megapixels takes 600 MB. */
const memoryBytesMax = 1024 ** 3;
const idleMilliseconds = 30_000;
/** Its processor time has a limit of its own; this is for a process that hangs. */
const stuckMilliseconds = 300_000;

/** A child process that reads one picture at a time; it runs while there is something to do. */
export class Painter {
  readonly #memoryBytesMax: number;
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(bytesMax = memoryBytesMax) {
    this.#memoryBytesMax = bytesMax;
  }

  /**
   * Undefined when the process died of it: the picture takes too much.
   * @throws AppError overloaded (503) when the system starts no process
   */
  async carryOut(task: Task): Promise<Outcome | undefined> {
    clearTimeout(this.#idle);
    const child = this.#start();
    const stuck = setTimeout(() => child.kill('SIGKILL'), stuckMilliseconds);
    try {
      return await answerOf(child, task);
    } finally {
      clearTimeout(stuck);
      this.#idle = setTimeout(() => this.close(), idleMilliseconds).unref();
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #start(): ChildProcess {
    if (this.#child) return this.#child;
    const child = forked(this.#memoryBytesMax);
    const forget = () => {
      if (this.#child === child) this.#child = undefined;
    };
    child.once('exit', forget).on('error', forget);
    // Without processes or descriptors to spare there is an 'error' later, never an 'exit', and
    // maybe no channel to send on.
    if (child.pid === undefined) throw notStarted();
    // It does not keep this process alive.
    child.unref();
    child.channel?.unref();
    this.#child = child;
    return child;
  }
}

/**
 * What fork throws, and most errors that it reports later, mean that the system has none to spare.
 */
function forked(memoryBytesMax: number): ChildProcess {
  try {
    return fork(program, [String(memoryBytesMax)], {
      env: { MALLOC_ARENA_MAX: '2' },
      execArgv: ['--max-old-space-size=64'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  } catch {
    throw notStarted();
  }
}

function answerOf(child: ChildProcess, task: Task): Promise<Outcome | undefined> {
  return new Promise((resolve) => {
    const end = (outcome?: Outcome) => {
      child.off('exit', ended).off('error', ended).off('message', heard);
      resolve(outcome);
    };
    const ended = () => end();
    const heard = (outcome: unknown) => end(outcome as Outcome);
    child.once('exit', ended).once('error', ended).once('message', heard);
    child.send(task, (error) => {
      if (error) ended();
    });
  });
}

function notStarted(): AppError {
  return new AppError('overloaded', {
    message: 'The server has no process to spare for pictures; try again in a few seconds.',
    headers: { 'retry-after': '5' },
  });
}
