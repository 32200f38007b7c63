import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Cell, Row } from '../../values/types.ts';
import type { Writing, Wrote } from './asked.ts';
import { bind, cellOf, type SqlValue } from './cells.ts';
import { type Clash, resolve } from './clashes.ts';
import { isTaken, refusalOf } from './failure.ts';

/** Writes rows one by one; what SQLite refuses for a row's sake is set aside. */
export function writeRows(database: DatabaseSync, asked: Writing): Wrote {
  const statement = database.prepare(asked.sql);
  const note = asked.note === undefined ? undefined : database.prepare(asked.note);
  const lastOf = lastOfEach(asked);
  if (note) for (const row of asked.refused) noteKey(note, row, asked);
  const wrote: Wrote = { written: 0, skipped: 0, rejected: [], keys: new Map() };
  const clashes: Clash[] = [];
  for (const [index, row] of asked.rows.entries()) {
    const { values, fault } = bound(row, asked);
    if (note) noteKey(note, row, asked);
    if (fault) wrote.rejected.push({ index, ...fault });
    else if (lastOf && lastOf.get(keyOf(row, asked)) !== index) wrote.skipped += 1;
    else if (writeRow(statement, { index, values }, asked, wrote)) clashes.push({ index, values });
  }
  if (asked.anew) resolve(database, asked.anew, clashes, wrote);
  return wrote;
}

/** Answers whether another row is in its way. */
function writeRow(
  statement: StatementSync,
  { index, values }: Clash,
  { columns, returning }: Writing,
  wrote: Wrote,
): boolean {
  try {
    const key = returning && returned(statement, values, returning);
    if (key) wrote.keys?.set(index, key);
    const isWritten = returning ? key : Number(statement.run(...values).changes) > 0;
    if (isWritten) wrote.written += 1;
    else wrote.skipped += 1;
    return false;
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    const field = columns.find((column) => column?.name === refusal.column)?.field;
    const { reason } = refusal;
    wrote.rejected.push({ index, reason, ...(field === undefined ? {} : { field }) });
    return isTaken(error);
  }
}

/** Undefined where nothing was written. */
function returned(
  statement: StatementSync,
  values: readonly SqlValue[],
  returning: NonNullable<Writing['returning']>,
): Row | undefined {
  const [row] = statement.all(...values) as unknown as SqlValue[][];
  return row?.map((value, at): Cell => {
    const cell = cellOf(value, returning[at]!.type);
    return 'text' in cell ? cell.text : null;
  });
}

function bound(row: Row, { columns, key }: Writing) {
  const values: SqlValue[] = [];
  let fault: { field: string; reason: string } | undefined;
  for (const [at, column] of columns.entries()) {
    if (!column) continue;
    const { field } = column;
    const one = bind(row[at] ?? null, column);
    if ('problem' in one) fault ??= { field, reason: one.problem };
    else if (one.value === null && key.includes(at)) {
      fault ??= { field, reason: 'The key must not be null.' };
    } else values.push(one.value);
  }
  return { values, fault };
}

function noteKey(note: StatementSync, row: Row, { columns, key }: Writing): void {
  const values = key.flatMap((place) => {
    const one = bind(row[place] ?? null, columns[place]!);
    return 'value' in one && one.value !== null ? [one.value] : [];
  });
  if (values.length === key.length) note.run(...values);
}

/** The place of the last row of each key. */
function lastOfEach(asked: Writing): Map<string, number> | undefined {
  if (asked.key.length === 0) return undefined;
  return new Map(asked.rows.map((row, index) => [keyOf(row, asked), index]));
}

function keyOf(row: Row, { key }: Writing): string {
  return key.length === 1 ? String(row[key[0]!]) : JSON.stringify(key.map((place) => row[place]));
}
