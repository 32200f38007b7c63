import type { SapField } from './fields.ts';
import type { Listing } from './listing.ts';
import type { Read } from './records.ts';
import { stepAfter, stepOf, stepTypeOf } from './steps.ts';

/**
 * What was changed since a time, in the order of the changes. Each page begins at the last millisecond
 * (or day) of the one before, of which there may be more; where a whole page is of one, that one is read
 * in the order of the keys.
 */
export class Changes {
  readonly #listing: Listing;
  readonly #cursor: SapField;
  readonly #conditions: readonly string[];
  readonly #size: number;

  constructor(listing: Listing, cursor: SapField, conditions: readonly string[], size: number) {
    this.#listing = listing;
    this.#cursor = cursor;
    this.#conditions = conditions;
    this.#size = size;
  }

  /** A service may answer fewer than were asked for, and not say so: see `Listing.pages`. */
  async *pages(lower: { sign: '>=' | '>'; value: string }): AsyncGenerator<readonly Read[]> {
    const type = stepTypeOf(this.#cursor);
    let at = lower.sign === '>' ? stepAfter(type, lower.value) : lower.value;
    let longest = 0;
    for (;;) {
      const { rows, next: link } = await this.#from(at);
      if (rows.length === 0 || (!link && rows.length < longest)) return yield rows;
      longest = Math.max(longest, rows.length);
      const last = this.stepIn(rows.at(-1) as Read);
      if (last !== undefined && last > at) {
        yield rows.filter((one) => this.stepIn(one) !== last);
        at = last;
        continue;
      }
      const next = stepAfter(type, at);
      const tied = [this.#bound('ge', at), this.#bound('lt', next), ...this.#conditions];
      for await (const page of this.#listing.pages(tied, {}, this.#size)) yield page.rows;
      at = next;
    }
  }

  /** When the last change was; undefined where there is none. */
  async newest(): Promise<string | undefined> {
    const { rows } = await this.#listing.page({
      conditions: [],
      orderBy: [`${this.#cursor.name} desc`],
      top: 1,
    });
    return rows[0] && this.stepIn(rows[0]);
  }

  stepIn({ row }: Read): string | undefined {
    const place = this.#listing.terms.columns.indexOf(this.#cursor);
    return stepOf(stepTypeOf(this.#cursor), row[place]);
  }

  #from(at: string) {
    return this.#listing.page({
      conditions: [this.#bound('ge', at), ...this.#conditions],
      orderBy: [this.#cursor.name],
      top: this.#size,
    });
  }

  #bound(word: string, step: string): string {
    return `${this.#cursor.name} ${word} ${this.#listing.literal(this.#cursor, step)}`;
  }
}
