import type { Batch, Unread } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import type { Rejected } from '../connectors/field.ts';
import type { Row } from '../values/types.ts';
import type { Aside, Refusal, SourceKey } from './aside.ts';
import type { Codes } from './assignment.ts';
import type { KnownTypes } from './loose.ts';
import type { Route } from './planning.ts';
import type { Shaping } from './shaping.ts';
import { Transforming, type TransformServices } from './transforming.ts';
import { ValueTransforming } from './value-transforming.ts';

/** A batch as it is written, and what became of the rest of it. */
export type Passed = {
  read: Batch;
  shaped: Batch;
  batch: Batch;
  unread: readonly (Unread & { isKnown: boolean; key: SourceKey | undefined })[];
  refusals: readonly { of: Batch; fields: readonly Field[]; rejected: readonly Refusal[] }[];
  /** What was refused of `batch`, with where it came from. */
  identify(rejected: readonly Rejected[]): Refusal[];
};

/** Whether something of it is to be set aside before the rest is written. */
export function isThinned({ unread, refusals }: Passed): boolean {
  return unread.length > 0 || refusals.some(({ rejected }) => rejected.length > 0);
}

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

  /** Whether code of others works on records. */
  get hasCode(): boolean {
    return this.#values.hasCode || this.#transforming.hasCode;
  }

  /** Whether it is known which fields come out of the transforms. */
  get isSettled(): boolean {
    return this.#values.isSettled && this.#transforming.isSettled;
  }

  /** What comes out from now on must be of the fields that are known. */
  settle(): void {
    this.#values.settle();
    this.#transforming.settle();
  }

  get movesKeys(): boolean {
    return this.#values.movesKeys || this.#transforming.movesKeys;
  }

  async pass(read: Batch): Promise<Passed> {
    const unread = read.unread.map((one) => this.#shaping.conceal(one));
    const { batch: shaped, sources: kept } = this.#shaping.shape(read);
    const valued = await this.#values.transform(shaped);
    const { batch, rejected, sources } = await this.#transforming.transform(valued.batch);
    const identify = (refused: readonly Rejected[], ...ways: (readonly number[] | undefined)[]) =>
      refused.map((one) => {
        const source = ways.reduce((at, way) => way?.[at] ?? at, one.index);
        return { ...one, key: this.#keyOf(shaped.rows[source]), place: kept?.[source] ?? source };
      });
    return {
      read,
      shaped,
      batch,
      unread: unread.map((one) => {
        const isKnown = this.#isKnown(one);
        return { ...one, isKnown, key: isKnown ? this.#keyOf(one.row) : undefined };
      }),
      refusals: [
        { of: shaped, fields: this.#shaping.fields, rejected: identify(valued.rejected) },
        {
          of: valued.batch,
          fields: this.#values.fields,
          rejected: identify(rejected, valued.sources),
        },
      ],
      identify: (refused) => identify(refused, sources, valued.sources),
    };
  }

  /**
   * Sets aside what did not come through, once all that came before is committed. Answers those of
   * which it is known which records they are.
   */
  async keepRefused({ unread, refusals }: Passed): Promise<readonly Row[]> {
    const refused = unread.flatMap(({ isKnown, row }) => (isKnown ? [row] : []));
    if (unread.length > 0) await this.#aside.setAside(unread, this.#shaping.fields);
    for (const { of, fields, rejected } of refusals) {
      if (rejected.length === 0) continue;
      await this.#aside.refuse(of, fields, rejected);
      refused.push(...rejected.map(({ index }) => of.rows[index] ?? []));
    }
    return refused;
  }

  /** By what the source finds a record again; nothing where the key is protected. */
  #keyOf(row: Row | undefined): SourceKey | undefined {
    const { columns, sourceKey } = this.#route;
    if (!row || sourceKey.length === 0) return undefined;
    const cells = sourceKey.map((name) => {
      return row[columns.findIndex(({ source, protect }) => source.name === name && !protect)];
    });
    if (cells.some((cell) => cell == null)) return undefined;
    return Object.fromEntries(sourceKey.map((name, at) => [name, cells[at] as string]));
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
