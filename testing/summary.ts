const slowestMax = 10;

/** What the lines of all rounds come to: the totals, what failed (once more, at the end), what took longest. */
export class Summary {
  passed = 0;
  failed = 0;
  readonly #failures: string[] = [];
  readonly #times = new Map<string, number>();
  #isInFailure = false;

  /** Takes a line of the report in. */
  take(line: string): void {
    const heading = /^[✔✖] (.+?) {2}\d+ passed/.exec(line);
    if (heading !== null) {
      const seconds = Number(/ {2}([\d.]+) s$/.exec(line)?.[1] ?? 0);
      const [, path = ''] = heading;
      this.#times.set(path, (this.#times.get(path) ?? 0) + seconds);
    }
    if (/^[✔✖] /.test(line)) this.#isInFailure = line.startsWith('✖');
    if (this.#isInFailure) this.#failures.push(line);
  }

  /** The end of a round and its totals; one that told none has failed. */
  endRound(totals: { passed: number; failed: number } | undefined): void {
    this.#isInFailure = false;
    this.passed += totals?.passed ?? 0;
    this.failed += totals?.failed ?? 1;
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
