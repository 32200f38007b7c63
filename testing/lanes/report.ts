import { relative } from 'node:path';
import type { Told } from './telling.ts';

const outputCharactersMax = 20_000;

/** How one test file went. */
export class Report {
  readonly path: string;
  readonly #begun = performance.now();
  readonly #problems: string[] = [];
  #output = '';
  passed = 0;
  failed = 0;
  seconds = 0;

  constructor(path: string) {
    this.path = relative('.', path);
  }

  take(told: Told): void {
    if (told.kind === 'passed') this.passed += 1;
    if (told.kind === 'failed') this.fail(told.problem);
    this.seconds = (performance.now() - this.#begun) / 1000;
    const isEmpty = told.kind === 'ended' && this.passed + this.failed === 0;
    if (isEmpty) this.fail('ended without the result of a single test');
  }

  fail(problem?: string): void {
    this.failed += 1;
    if (problem !== undefined) this.#problems.push(problem);
  }

  keep(output: string): void {
    this.#output = (this.#output + output).slice(-outputCharactersMax);
  }

  /** A line; of what failed everything that there is to say. */
  toString(): string {
    const { path, passed, failed, seconds } = this;
    if (failed === 0) return `✔ ${path}  ${passed} passed  ${seconds.toFixed(1)} s`;
    const output = this.#output.trimEnd();
    const details = [...this.#problems, ...(output ? [`what it printed:\n${output}`] : [])];
    return [
      `✖ ${path}  ${passed} passed, ${failed} failed`,
      ...details.map((text) => `\n${text.replace(/^(?=.)/gm, '    ')}`),
      '',
    ].join('\n');
  }
}
