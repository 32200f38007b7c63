import type { Report } from './lanes/report.ts';

const slowestMax = 10;

type Counted = Pick<Report, 'path' | 'passed' | 'failed' | 'seconds'>;

/** What the reports of all rounds come to: the totals, what failed (once more, at the end), what took longest. */
export class Summary {
  passed = 0;
  failed = 0;
  readonly #failures: string[] = [];
  readonly #unsteady: string[] = [];
  readonly #times = new Map<string, number>();

  /** Takes how a file went that was run again by itself: that counts, and what failed before is shown. */
  takeAgain(first: Counted, again: Counted): void {
    this.passed -= first.passed;
    this.failed -= first.failed;
    this.#failures.splice(this.#failures.indexOf(String(first)), 1);
    this.take(again);
    if (again.failed === 0) this.#unsteady.push(String(first));
  }

  take(report: Counted): void {
    const { path, passed, failed, seconds } = report;
    this.passed += passed;
    this.failed += failed;
    this.#times.set(path, (this.#times.get(path) ?? 0) + seconds);
    if (failed > 0) this.#failures.push(String(report));
  }

  /** Ends with the line `N passed, N failed`. */
  toString(): string {
    const slowest = [...this.#times]
      .sort(([, one], [, other]) => other - one)
      .slice(0, slowestMax)
      .map(([path, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s  ${path}`);
    return [
      ...(slowest.length > 1 ? ['', 'The slowest files:', ...slowest] : []),
      ...(this.#unsteady.length > 0
        ? ['', 'What failed once, and held when it was run again by itself:', ...this.#unsteady]
        : []),
      ...(this.#failures.length > 0 ? ['', 'What failed, once more:', ...this.#failures] : []),
      '',
      `${this.passed} passed, ${this.failed} failed`,
    ].join('\n');
  }
}
