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

  add({ row, problem }: Read, places: readonly number[]): void {
    const picked = places.map((place) => {
      const cell = row[place] ?? null;
      this.bytes += (cell?.length ?? 0) + 1;
      return cell;
    });
    this.count += 1;
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
