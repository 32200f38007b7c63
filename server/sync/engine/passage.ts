import type { Batch, Unread } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import type { Row } from '../values/types.ts';
import type { Aside } from './aside.ts';
import type { Route } from './planning.ts';
import type { Shaping } from './shaping.ts';
import type { Transforming } from './transforming.ts';

/** A batch as it is written, and what became of the rest of it. */
export type Passed = {
  batch: Batch;
  /** Those set aside of which it is known which records they are. */
  refused: readonly Row[];
  filtered: number;
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
    const { fields } = this.#shaping;
    const unread = read.unread.map((one) => this.#shaping.conceal(one));
    const known = unread.map((one) => ({ ...one, isKnown: this.#isKnown(one) }));
    if (known.length > 0) await this.#aside.setAside(known, fields);
    const shaped = this.#shaping.shape(read);
    const { batch, rejected } = await this.#transforming.transform(shaped);
    if (rejected.length > 0) await this.#aside.refuse(shaped.rows, fields, rejected);
    return {
      batch,
      refused: [
        ...known.flatMap(({ isKnown, row }) => (isKnown ? [row] : [])),
        ...rejected.map(({ index }) => shaped.rows[index] ?? []),
      ],
      filtered: read.count - shaped.count,
    };
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
