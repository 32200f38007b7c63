import { fromPlain } from '../../values/plain.ts';
import type { Row } from '../../values/types.ts';
import type { Unread } from '../batch.ts';
import type { Field } from '../connector.ts';

/** Rows whose texts are read as the types of their fields; what does not fit is set aside. */
export function readTyped(
  fields: readonly Field[],
  rows: readonly Row[],
  lines: readonly number[],
) {
  const typed: Row[] = [];
  const unread: Unread[] = [];
  for (const [nth, row] of rows.entries()) {
    const line = lines[nth] as number;
    const cells = [...row];
    const at = cells.findIndex((cell, at) => {
      const field = fields[at] as Field;
      if (cell === null || field.type.kind === 'text') return false;
      const read = fromPlain(field.type, cell);
      if ('problem' in read) return true;
      cells[at] = read.text;
      return false;
    });
    if (at < 0) typed.push(cells);
    else unread.push(refuse(fields, row, line, at));
  }
  return { rows: typed, unread };
}

function refuse(fields: readonly Field[], row: Row, line: number, at: number): Unread {
  const { name, type } = fields[at] as Field;
  const read = fromPlain(type, row[at] as string);
  const said = 'problem' in read ? read.problem : '';
  return { row, field: name, reason: `Line ${line}: ${name} ${said}.` };
}
