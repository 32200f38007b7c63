import { Chamber } from './chamber.ts';
import type { Limits, Question } from './messages.ts';

/** The isolates of those that ran last. */
export class Chambers {
  readonly #limits: Limits;
  readonly #kept = new Map<string, Chamber>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @throws SyntaxError */
  async of(
    { isolate, type, code }: Question & { kind: 'run' },
    onCatastrophe: () => void,
  ): Promise<Chamber> {
    const kept = this.#kept.get(isolate);
    this.#kept.delete(isolate);
    if (kept && kept.code === code && !kept.isolate.isDisposed) {
      this.#kept.set(isolate, kept);
      return kept;
    }
    kept?.close();
    const opened = await Chamber.open({ type, code, limits: this.#limits, onCatastrophe });
    this.#kept.set(isolate, opened);
    if (this.#kept.size > this.#limits.isolatesKept) this.drop(this.#oldest());
    return opened;
  }

  drop(isolate: string): void {
    this.#kept.get(isolate)?.close();
    this.#kept.delete(isolate);
  }

  /** Makes room: what the others hold may be garbage, but nobody else collects it. */
  tidy(busy: Chamber): void {
    if (process.memoryUsage.rss() < this.#limits.processMegabytes * 2 ** 19) return;
    for (const [isolate, chamber] of this.#kept) if (chamber !== busy) this.drop(isolate);
  }

  #oldest(): string {
    return this.#kept.keys().next().value as string;
  }
}
