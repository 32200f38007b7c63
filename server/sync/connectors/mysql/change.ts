import type { Row } from '../../values/types.ts';
import type { Rejected, Written } from '../connector.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import type { Link } from './link.ts';
import { isTooLarge, type Load, tooLarge, valuesOf } from './load.ts';
import { quote } from './names.ts';
import { isKeyed } from './statements.ts';

/** Changes or deletes the record that has the key of a row. */
export async function changeRow(
  link: Link,
  action: 'update' | 'delete',
  { into, slots, constants, packetBytes }: Omit<Load, 'action'>,
  row: Row,
): Promise<Written> {
  const encoded = valuesOf(slots, row);
  if ('reason' in encoded) return refused({ index: 0, ...encoded });
  const columns = slots.filter(({ isWritten }) => isWritten).map(({ column }) => column);
  const pairs = [
    ...columns.map((column, at) => `${quote(column)} = ${encoded.values[at]}`),
    ...Object.entries(constants).map(([column, value]) => `${quote(column)} = ${value}`),
  ];
  const head =
    action === 'delete' ? `delete from ${into}` : `update ${into} set ${pairs.join(', ')}`;
  const statement = `${head} where ${isKeyed(slots, row)}`;
  if (isTooLarge(statement, packetBytes)) return refused({ index: 0, reason: tooLarge });
  try {
    const { affected, counts } = await link.change(statement, columns);
    // Of an update, those that were found are told first.
    return { written: counts[0] ?? affected, skipped: 0, rejected: [] };
  } catch (error) {
    if (!(error instanceof RecordRefusal)) throw error;
    const field = slots.find(({ column }) => column === error.field)?.field;
    return refused({ index: 0, reason: error.message, ...(field === undefined ? {} : { field }) });
  }
}

function refused(one: Rejected): Written {
  return { written: 0, skipped: 0, rejected: [one] };
}
