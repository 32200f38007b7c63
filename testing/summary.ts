import type { Report } from './lanes/report.ts';

const slowestMax = 10;

/** What the reports of all rounds come to: the totals, what failed (once more, at the end), what took longest. */
export class Summary {
  passed = 0;
  failed = 0;
  readonly #failures: string[] = [];
  readonly #times = new Map<string, number>();

  take(report: Pick<Report, 'path' | 'passed' | 'failed' | 'seconds'>): void {
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
      ...(this.#failures.length > 0 ? ['', 'What failed, once more:', ...this.#failures] : []),
      '',
      `${this.passed} passed, ${this.failed} failed`,
    ].join('\n');
  }
}
