import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Report } from './report.ts';
import type { Told } from './telling.ts';

const silenceMillisecondsMax = 300_000;
const program = join(import.meta.dirname, 'process.ts');
const reporter = join(import.meta.dirname, 'reporter.ts');

/** A process that runs test files, or waits for one. */
export class Running {
  readonly #child: ChildProcess;
  readonly #over: Promise<unknown>;
  #report: Report | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #ended = () => {};
  residentBytes = 0;

  constructor(environment: NodeJS.ProcessEnv) {
    // Else it would take itself for a part of the runner that this one is run by.
    const { NODE_TEST_CONTEXT: _, ...env } = environment;
    this.#child = spawn(process.execPath, [`--test-reporter=${reporter}`, program], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#over = once(this.#child, 'exit');
    this.#child.on('message', (told: Told) => this.#take(told));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#report?.keep(text));
    }
  }

  async run(path: string, report: Report): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#begin(path, report);
    const isOver = await Promise.race([ended, this.#over]);
    // What it printed before may come by another way a moment later.
    await setImmediate();
    if (isOver) report.fail(`${this.#how()} before all of its tests had`);
    clearTimeout(this.#watchdog);
  }

  /** Lets it end by itself: it does when nothing was left behind that keeps it. */
  async end(report: Report): Promise<void> {
    this.#begin('', report);
    await this.#over;
    await setImmediate();
    if (this.#child.exitCode !== 0 && report.failed === 0) report.fail(this.#how());
    clearTimeout(this.#watchdog);
  }

  #begin(path: string, report: Report): void {
    this.#report = report;
    this.#watchdog = setTimeout(() => this.#child.kill('SIGKILL'), silenceMillisecondsMax);
    // One that has just ended takes nothing any more, which its exit tells.
    this.#child.send(path, () => undefined);
  }

  #take(told: Told): void {
    this.#watchdog?.refresh();
    this.#report?.take(told);
    if (told.kind !== 'ended') return;
    this.residentBytes = told.residentBytes;
    this.#ended();
  }

  #how(): string {
    const { exitCode, signalCode } = this.#child;
    return `ended, or was stopped (${signalCode ?? `exit code ${exitCode}`}),`;
  }
}
