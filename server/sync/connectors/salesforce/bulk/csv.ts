import { ConnectorError } from '../../failure.ts';

/** The lines of CSV (RFC 4180) as their cells; without a last one that is empty. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let line: string[] = [];
  for (let isEnd = text === ''; !isEnd; ) {
    const found = cell.exec(text);
    if (!found) {
      throw new ConnectorError('retry', 'Salesforce answered CSV with a quote that is not closed.');
    }
    const [, quoted, plain = '', end] = found;
    line.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    lines.push(line);
    line = [];
    isEnd = cell.lastIndex >= text.length;
  }
  return lines;
}

export function csvOf(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `${line.map(quoted).join(',')}\n`).join('');
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}
