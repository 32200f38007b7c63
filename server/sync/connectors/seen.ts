const marksMax = 10_000;

/** The records that were read as they were changed at a time, as far as they may be met again. */
export class Seen {
  /** In the order in which they came. */
  readonly #times = new Map<string, number>();

  constructor(marks: readonly string[] = []) {
    for (const mark of marks) {
      const [id = '', time = ''] = mark.split('@');
      this.#times.set(id, Number.parseInt(time, 36));
    }
  }

  isKnown(id: string, time: number): boolean {
    return this.#times.get(id) === time;
  }

  add(id: string, time: number): void {
    this.#times.delete(id);
    this.#times.set(id, time);
  }

  /** Forgets what was changed before, and the first of too many: those come again. */
  marksFrom(time: number): string[] {
    for (const [id, own] of this.#times) if (own < time) this.#times.delete(id);
    for (const [id] of this.#times) {
      if (this.#times.size <= marksMax) break;
      this.#times.delete(id);
    }
    return Array.from(this.#times, ([id, own]) => `${id}@${own.toString(36)}`);
  }
}
