import type { Cell, Row } from '../values/types.ts';

// https://www.postgresql.org/docs/current/sql-copy.html, "Text Format"

/** The cells of a line of COPY that has no line feed any more. */
export function decodeLine(line: string): Row {
  const cells = line.split('\t');
  return line.includes('\\') ? cells.map(decodeCell) : cells;
}

export function decodeCell(text: string): Cell {
  if (text === '\\N') return null;
  if (!text.includes('\\')) return text;
  return text.replace(/\\([\s\S])/g, (_, code: string) => meaningOf(code));
}

export function meaningOf(code: string): string {
  const at = 'tnrbfv'.indexOf(code);
  return at < 0 ? code : ('\t\n\r\b\f\v'[at] as string);
}
