import type { Row } from '../values/types.ts';
import { Batch, type Unread } from './batch.ts';
import type { ReadRequest } from './connector.ts';

/** Batches of a page, of which only the last one says where to go on. */
export function* batchesOf(
  rows: readonly Row[],
  { batchRows, batchBytes }: Pick<ReadRequest, 'batchRows' | 'batchBytes'>,
  position: string | undefined,
  unread: readonly Unread[] = [],
): Generator<Batch> {
  let [from, bytes] = [0, 0];
  for (const [at, row] of rows.entries()) {
    for (const cell of row) bytes += (cell?.length ?? 0) + 1;
    if (at + 1 - from < batchRows && bytes < batchBytes) continue;
    if (at + 1 === rows.length) break;
    yield Batch.ofRows(rows.slice(from, at + 1));
    [from, bytes] = [at + 1, 0];
  }
  yield Batch.ofRows(rows.slice(from), position, unread);
}
