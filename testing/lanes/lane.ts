import { resolve } from 'node:path';
import { Report } from './report.ts';
import { Running } from './running.ts';

/** A process that has grown to this is ended, and the next file gets another. */
const residentBytesMax = 900_000_000;

/**
 * Runs one test file after the other in a process, and in another after one that failed: what that
 * left behind is nobody else's.
 */
export class Lane {
  readonly #environment: NodeJS.ProcessEnv;
  #running: Running | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  async run(file: string): Promise<Report> {
    this.#running ??= new Running(this.#environment);
    const report = new Report(file);
    await this.#running.run(resolve(file), report);
    const isUsedUp = report.failed > 0 || this.#running.residentBytes > residentBytesMax;
    if (isUsedUp) await this.#endWith(report);
    return report;
  }

  /** Lets the process end; answers what came after its last file, when anything did. */
  async end(): Promise<Report | undefined> {
    const report = new Report('what was left behind');
    await this.#endWith(report);
    return report.failed > 0 ? report : undefined;
  }

  async #endWith(report: Report): Promise<void> {
    await this.#running?.end(report);
    this.#running = undefined;
  }
}
