import type { Json, Row } from '../values/types.ts';
import { decodeLines, eachRows, encodeLines } from './copy-text.ts';

/** A record that could not be read, as far as it was: no cell of its type stands for what was there. */
export type Unread = {
  readonly row: Row;
  readonly field?: string;
  /** Names the place and the rule; never the value. */
  readonly reason: string;
  /** What stood there, where it never was a row. */
  readonly source?: Readonly<Record<string, Json>>;
  readonly subject?: string | undefined;
};

export type Subjects = readonly (string | undefined)[];

/**
 * Some records on their way, in the order of the fields that they were read by. They are rows, or
 * lines in the text format of PostgreSQL's COPY, which pass from one to the other as they are.
 */
export class Batch {
  readonly count: number;
  /**
   * Where the reader can go on after this batch; undefined: only after a later one. A JSON object: its
   * member `seen` may be lost, then what was read already comes again, and `asOf` is no part of the place.
   */
  readonly position: string | undefined;
  /** For each row whom it tells of, where the system knows. */
  readonly subjects: Subjects | undefined;
  /** What came between these rows, and is set aside. */
  readonly unread: readonly Unread[];
  #rows: readonly Row[] | undefined;
  #lines: Buffer | undefined;

  private constructor(
    count: number,
    position: string | undefined,
    unread: readonly Unread[] = [],
    subjects?: Subjects,
  ) {
    this.count = count;
    this.position = position;
    this.unread = unread;
    this.subjects = subjects;
  }

  static ofRows(
    rows: readonly Row[],
    position?: string,
    unread?: readonly Unread[],
    subjects?: Subjects,
  ): Batch {
    const batch = new Batch(rows.length, position, unread, subjects);
    batch.#rows = rows;
    return batch;
  }

  static ofLines(
    lines: Buffer,
    count: number,
    position?: string,
    unread?: readonly Unread[],
    subjects?: Subjects,
  ): Batch {
    const batch = new Batch(count, position, unread, subjects);
    batch.#lines = lines;
    return batch;
  }

  /** The same, with another position. */
  at(position: string | undefined): Batch {
    const batch = new Batch(this.count, position, this.unread, this.subjects);
    batch.#rows = this.#rows;
    batch.#lines = this.#lines;
    return batch;
  }

  get rows(): readonly Row[] {
    this.#rows ??= decodeLines(this.#lines as Buffer);
    return this.#rows;
  }

  /** The same rows some at a time; those that stand in lines are not kept. */
  *slices(count: number): Generator<readonly Row[]> {
    if (!this.#rows) return yield* eachRows(this.#lines as Buffer, count);
    for (let from = 0; from < this.#rows.length; from += count) {
      yield this.#rows.slice(from, from + count);
    }
  }

  get lines(): Buffer {
    this.#lines ??= encodeLines(this.#rows as readonly Row[]);
    return this.#lines;
  }

  /** About how much it is: the characters of its cells, or the bytes of its lines. */
  get bytes(): number {
    if (this.#lines) return this.#lines.length;
    let sum = 0;
    for (const row of this.rows) for (const cell of row) sum += cell === null ? 1 : cell.length + 1;
    return sum;
  }
}
