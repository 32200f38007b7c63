const widthMax = 48;

/** Rows in columns, for people; control characters, which a terminal would obey, are left out. */
export function table(rows: readonly Readonly<Record<string, unknown>>[], none: string): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (rows.length === 0) return none;
  const lines = [names, ...rows.map((row) => names.map((name) => cellOf(row[name])))];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const plain = printable(text);
  return plain.length > widthMax ? `${plain.slice(0, widthMax - 1)}…` : plain;
}

export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** A time as people read it, to the minute, in UTC. */
export function minuteOf(time: string | null): string {
  return time === null ? '–' : time.slice(0, 16).replace('T', ' ');
}
