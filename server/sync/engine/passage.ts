import type { Batch, Unread } from '../connectors/batch.ts';
import type { Field, Rejected } from '../connectors/connector.ts';
import type { Row } from '../values/types.ts';
import type { Aside } from './aside.ts';
import type { Route } from './planning.ts';
import type { Shaping } from './shaping.ts';
import type { Transforming } from './transforming.ts';

/** A batch as it is written, and what became of the rest of it. */
export type Passed = {
  read: Batch;
  shaped: Batch;
  batch: Batch;
  unread: readonly (Unread & { isKnown: boolean })[];
  rejected: readonly Rejected[];
};

/** The way of a batch from the source to the destination; what cannot pass is set aside. */
export class Passage {
  readonly #shaping: Shaping;
  readonly #transforming: Transforming;
  readonly #aside: Aside;
  readonly #route: Route;

  constructor(
    shaping: Shaping,
    transforming: Transforming,
    { aside, route }: { aside: Aside; route: Route },
  ) {
    this.#shaping = shaping;
    this.#transforming = transforming;
    this.#aside = aside;
    this.#route = route;
  }

  get fields(): readonly Field[] {
    return this.#transforming.fields;
  }

  get movesKeys(): boolean {
    return this.#transforming.movesKeys;
  }

  async pass(read: Batch): Promise<Passed> {
    const unread = read.unread.map((one) => this.#shaping.conceal(one));
    const shaped = this.#shaping.shape(read);
    return {
      read,
      shaped,
      unread: unread.map((one) => ({ ...one, isKnown: this.#isKnown(one) })),
      ...(await this.#transforming.transform(shaped)),
    };
  }

  /**
   * Sets aside what did not come through, once all that came before is committed. Answers those of
   * which it is known which records they are.
   */
  async keepRefused({ unread, shaped, rejected }: Passed): Promise<readonly Row[]> {
    const { fields } = this.#shaping;
    if (unread.length > 0) await this.#aside.setAside(unread, fields);
    if (rejected.length > 0) await this.#aside.refuse(shaped.rows, fields, rejected);
    return [
      ...unread.flatMap(({ isKnown, row }) => (isKnown ? [row] : [])),
      ...rejected.map(({ index }) => shaped.rows[index] ?? []),
    ];
  }

  /** Where only a value could not be read, the key still says which record it is. */
  #isKnown({ row, field, source }: Unread): boolean {
    const { columns, sourceKey } = this.#route;
    if (source !== undefined || field === undefined || sourceKey.length === 0) return false;
    return sourceKey.every((name) => {
      const place = columns.findIndex((column) => column.source.name === name);
      return (row[place] ?? null) !== null && field !== name;
    });
  }
}
