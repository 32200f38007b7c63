import type { Row } from '../../values/types.ts';
import { Batch, type Unread } from '../batch.ts';
import { type Position as AnyPosition, writePosition } from '../sql/position.ts';
import type { Since } from '../sql/remembered.ts';
import type { BulkPlace } from './bulk/results.ts';
import type { Read } from './records.ts';

export type Position = AnyPosition<Since> & {
  /** Where the results of a bulk job go on, and up to which value it reads. */
  readonly bulk?: BulkPlace & { readonly bound?: string };
};
/** Records that become a batch. */
export class Part {
  bytes = 0;
  count = 0;
  readonly #rows: Row[] = [];
  readonly #unread: Unread[] = [];
  readonly #cellsOf: (row: Row) => Row;

  constructor(cellsOf: (row: Row) => Row) {
    this.#cellsOf = cellsOf;
  }

  add({ row, problem }: Read): void {
    const picked = this.#cellsOf(row);
    this.count += 1;
    for (const cell of picked) this.bytes += (cell?.length ?? 0) + 1;
    if (problem) this.#unread.push({ row: picked, ...problem });
    else this.#rows.push(picked);
  }

  batch(position: Position | undefined): Batch {
    return Batch.ofRows(this.#rows, positionText(position), this.#unread);
  }
}

export function positionText(position: Position | undefined): string | undefined {
  return position && writePosition(position);
}
