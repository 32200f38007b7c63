import type { Cell, Row } from '../values/types.ts';
import { decodeLine } from './copy-cells.ts';

// https://www.postgresql.org/docs/current/sql-copy.html, "Text Format"
const special = /[\\\t\n\r\b\f\v]/;
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

/** Rows as lines of COPY, each with its line feed. */
export function encodeLines(rows: readonly Row[]): Buffer {
  return Buffer.from(rows.map((row) => `${row.map(encodeCell).join('\t')}\n`).join(''));
}

/** The rows in lines of COPY; the last line may lack its line feed. */
export function decodeLines(lines: Buffer): Row[] {
  const text = lines.toString();
  if (text === '') return [];
  const end = text.endsWith('\n') ? text.length - 1 : text.length;
  return text.slice(0, end).split('\n').map(decodeLine);
}

/** The same, some at a time. */
export function* eachRows(lines: Buffer, count: number): Generator<Row[]> {
  for (let from = 0; from < lines.length; ) {
    let to = from;
    for (let nth = 0; nth < count && to < lines.length; nth += 1) {
      const end = lines.indexOf(10, to);
      to = end < 0 ? lines.length : end + 1;
    }
    yield decodeLines(lines.subarray(from, to));
    from = to;
  }
}

export function encodeCell(cell: Cell): string {
  if (cell === null) return '\\N';
  return special.test(cell)
    ? cell.replace(/[\\\t\n\r\b\f\v]/g, (one) => escapes[one] as string)
    : cell;
}
