import stringWidth from 'string-width';

type Row = Readonly<Record<string, unknown>>;

const widthMax = 48;
const columnsDefault = 80;
const shortMin = 8;
const gap = 2;
const graphemes = new Intl.Segmenter();

/** Rows in columns, for people; control characters, which a terminal would obey, are left out. */
export function table(rows: readonly Row[], none: string): string {
  if (rows.length === 0) return none;
  const names = namesOf(rows);
  const widths = names.map((name) => widthOf(rows, name));
  return [names, ...rows.map((row) => names.map((name) => cellOf(row[name])))]
    .map((line) =>
      line
        .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - stringWidth(cell)))
        .join(' '.repeat(gap))
        .trimEnd(),
    )
    .join('\n');
}

/** What may be missing of a list, the first first, and what is then cut. */
export type Spare = { leaveOut: readonly string[]; shorten: string };

/**
 * The same within the width of the terminal: what matters least is left out or cut. Ids stay where names
 * do not tell the rows apart.
 */
export function list(
  rows: readonly Row[],
  none: string,
  { leaveOut, shorten }: Spare,
  columns = process.stdout.columns || columnsDefault,
): string {
  const isToldApart = new Set(rows.map(({ name }) => name)).size === rows.length;
  let shown = rows;
  for (const spare of leaveOut) {
    if (excessOf(shown, columns) <= 0) break;
    if (spare === 'id' && 'name' in (rows[0] ?? {}) && !isToldApart) continue;
    shown = shown.map(({ [spare]: _, ...rest }) => rest);
  }
  const excess = excessOf(shown, columns);
  if (excess <= 0) return table(shown, none);
  const width = Math.max(shortMin, widthOf(shown, shorten) - excess);
  return table(
    shown.map((row) => ({ ...row, [shorten]: within(width, cellOf(row[shorten])) })),
    none,
  );
}

/** Records in columns, where these fit the terminal; else a line for each field. */
export function recordsOf(
  records: readonly Row[],
  none: string,
  columns = process.stdout.columns || columnsDefault,
): string {
  if (records.length === 0 || excessOf(records, columns) <= 0) return table(records, none);
  const names = namesOf(records);
  const width = Math.max(...names.map((name) => stringWidth(name)));
  const lineOf = (name: string, value: unknown) => {
    const padded = name + ' '.repeat(width - stringWidth(name) + gap);
    return padded + within(Math.max(shortMin, columns - 1 - width - gap), textOf(value));
  };
  return records
    .map((record) => names.map((name) => lineOf(name, record[name])).join('\n'))
    .join('\n\n');
}

function excessOf(rows: readonly Row[], columns: number): number {
  const widths = namesOf(rows).map((name) => widthOf(rows, name));
  // What stands in the last column makes some terminals begin a new line.
  return widths.reduce((sum, width) => sum + width + gap, -gap) - (columns - 1);
}

function namesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function widthOf(rows: readonly Row[], name: string): number {
  return Math.max(
    ...[name, ...rows.map((row) => cellOf(row[name]))].map((one) => stringWidth(one)),
  );
}

function cellOf(value: unknown): string {
  return within(widthMax, textOf(value));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return printable(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** Of some letters each takes two columns. */
function within(width: number, text: string): string {
  if (stringWidth(text) <= width) return text;
  let short = '';
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(short + segment) >= width) break;
    short += segment;
  }
  return `${short}…`;
}

export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** What a system says need not end as a sentence does. */
export function sentence(text: string): string {
  return printable(text)
    .trimEnd()
    .replace(/([^.!?])$/, '$1.');
}

/** A time as people read it, to the minute, in UTC. */
export function minuteOf(time: string | null): string {
  return time === null ? '–' : time.slice(0, 16).replace('T', ' ');
}
