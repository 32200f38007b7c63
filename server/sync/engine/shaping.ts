import { Batch, type Unread } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import type { Row } from '../values/types.ts';
import type { Column, Route } from './planning.ts';
import { protect } from './protecting.ts';

type Keep = (row: Row) => boolean;

/**
 * Turns what was read into what is written, as far as that needs no code of others: what a filter
 * leaves, protected, with defaults. Where there is nothing of it to do, the batch passes as it is.
 */
export class Shaping {
  readonly fields: readonly Field[];
  readonly #columns: readonly Column[];
  readonly #keep: Keep | undefined;
  readonly #key: Buffer;
  readonly #isPlain: boolean;
  readonly #isProtected: boolean;

  constructor(
    { columns, isProtected }: Pick<Route, 'columns' | 'isProtected'>,
    keep: Keep | undefined,
    key: Buffer,
  ) {
    this.#isProtected = isProtected;
    this.fields = columns.map(({ field }) => field);
    this.#columns = columns;
    this.#keep = keep;
    this.#key = key;
    this.#isPlain =
      !keep && columns.every((one) => one.protect === undefined && one.fallback === undefined);
  }

  /** With the places of what is left, where that is not all. */
  shape(batch: Batch): { batch: Batch; sources?: readonly number[] } {
    if (this.#isPlain) return { batch };
    const { rows: read, subjects } = batch;
    const keep = this.#keep;
    const sources = keep && [...read.keys()].filter((at) => keep(read[at] as Row));
    const kept = sources ? sources.map((at) => read[at] as Row) : read;
    // A filter may look at fields that are read after those that are written.
    const rows = kept.map((row) =>
      this.#columns.map((column, at) => this.#cellOf(column, row[at])),
    );
    const theirs = sources && subjects ? sources.map((at) => subjects[at]) : subjects;
    const shaped = Batch.ofRows(rows, batch.position, undefined, theirs);
    return sources ? { batch: shaped, sources } : { batch: shaped };
  }

  /** What could not be read, without what nothing else may see. */
  conceal({ row, source, ...why }: Unread): Unread {
    if (!this.#isProtected) {
      return { row, ...why, ...(source === undefined ? {} : { source }) };
    }
    const cells = this.#columns.map(({ protect: way }, at) => {
      const cell = row[at] ?? null;
      return way ? protect(way, cell, this.#key) : cell;
    });
    return { row: cells, ...why };
  }

  #cellOf(column: Column, cell: string | null = null) {
    const own = column.protect ? protect(column.protect, cell, this.#key) : cell;
    return own === null && column.fallback !== undefined ? column.fallback : own;
  }
}
