import { Batch, type Unread } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import type { Row } from '../values/types.ts';

const mebibyte = 2 ** 20;
/** With more, a few records would be all the memory that a run may take. */
const recordBytesMax = 16 * mebibyte;

/** Sets aside records that are too large to be moved, as far as they are not. */
export function withoutGiants(batch: Batch, fields: readonly Field[]): Batch {
  if (batch.bytes <= recordBytesMax) return batch;
  const giants = new Set(batch.rows.filter((row) => sizeOf(row) > recordBytesMax));
  if (giants.size === 0) return batch;
  const { rows, subjects } = batch;
  const unread = [...giants].map((row) => cutDown(row, fields, subjects?.[rows.indexOf(row)]));
  const kept = rows.filter((row) => !giants.has(row));
  const theirs = subjects?.filter((_, at) => !giants.has(rows[at] as Row));
  return Batch.ofRows(kept, batch.position, [...batch.unread, ...unread], theirs);
}

function cutDown(row: Row, fields: readonly Field[], subject: string | undefined): Unread {
  const sizes = row.map((cell) => cell?.length ?? 0);
  const largest = sizes.indexOf(Math.max(...sizes));
  const cells = row.map((cell) => ((cell?.length ?? 0) > mebibyte ? null : cell));
  const field = fields[largest]?.name;
  const reason = `The record is larger than ${recordBytesMax / mebibyte} MiB.`;
  return { row: cells, reason, ...(field === undefined ? {} : { field }), subject };
}

function sizeOf(row: Row): number {
  let sum = 0;
  for (const cell of row) sum += cell?.length ?? 0;
  return sum;
}
