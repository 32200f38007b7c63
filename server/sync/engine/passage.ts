import type { Batch, Unread } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import type { Row } from '../values/types.ts';
import type { Aside } from './aside.ts';
import type { Codes } from './assignment.ts';
import type { KnownTypes } from './loose.ts';
import type { Route } from './planning.ts';
import type { Shaping } from './shaping.ts';
import { Transforming, type TransformServices } from './transforming.ts';
import { ValueTransforming } from './value-transforming.ts';

/** A batch as it is written, and what became of the rest of it. */
export type Passed = {
  batch: Batch;
  /** Those set aside of which it is known which records they are. */
  refused: readonly Row[];
  filtered: number;
};

/** Keeps what cannot pass. */
export type Keeping = Pick<Aside, 'refuse' | 'setAside'>;

/** The way of a batch from the source to the destination; what cannot pass is set aside. */
export class Passage {
  readonly #shaping: Shaping;
  readonly #values: ValueTransforming;
  readonly #transforming: Transforming;
  readonly #aside: Keeping;
  readonly #route: Route;

  constructor(
    services: TransformServices,
    { codes, valueCodes }: Codes,
    {
      shaping,
      aside,
      route,
    }: { shaping: Shaping; aside: Keeping; route: Route & { known: KnownTypes } },
  ) {
    this.#shaping = shaping;
    this.#values = new ValueTransforming(services, valueCodes, route, shaping.fields);
    const { key, known } = route;
    this.#transforming = new Transforming(services, codes, { given: this.#values, key, known });
    this.#aside = aside;
    this.#route = route;
  }

  get fields(): readonly Field[] {
    return this.#transforming.fields;
  }

  get movesKeys(): boolean {
    return this.#values.movesKeys || this.#transforming.movesKeys;
  }

  async pass(read: Batch): Promise<Passed> {
    const { fields } = this.#shaping;
    const unread = read.unread.map((one) => this.#shaping.conceal(one));
    const known = unread.map((one) => ({ ...one, isKnown: this.#isKnown(one) }));
    if (known.length > 0) await this.#aside.setAside(known, fields);
    const shaped = this.#shaping.shape(read);
    const valued = await this.#values.transform(shaped);
    if (valued.rejected.length > 0) await this.#aside.refuse(shaped, fields, valued.rejected);
    const { rows } = valued.batch;
    const { batch, rejected } = await this.#transforming.transform(valued.batch);
    if (rejected.length > 0) {
      await this.#aside.refuse(valued.batch, this.#values.fields, rejected);
    }
    return {
      batch,
      refused: [
        ...known.flatMap(({ isKnown, row }) => (isKnown ? [row] : [])),
        ...valued.rejected.map(({ index }) => shaped.rows[index] ?? []),
        ...rejected.map(({ index }) => rows[index] ?? []),
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
