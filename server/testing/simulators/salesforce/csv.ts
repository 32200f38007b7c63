/** The rows of CSV (RFC 4180) as cells; an empty one and one that is quoted and empty are the same here. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new Error('a quote is not closed');
    const [, quoted, plain = '', end] = found;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',' && cell.lastIndex < text.length) continue;
    if (end === ',') row.push('');
    rows.push(row);
    row = [];
  }
  return rows;
}

/** As the Bulk API writes: every cell quoted, what is null empty. */
export function csvOf(rows: readonly (readonly (string | boolean | null)[])[]): string {
  const shown = (cell: string | boolean | null) => `"${String(cell ?? '').replaceAll('"', '""')}"`;
  return rows.map((row) => `${row.map(shown).join(',')}\n`).join('');
}
