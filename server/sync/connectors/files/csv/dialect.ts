import type { Cell, Row } from '../../../values/types.ts';
import { decodeLines } from '../../copy-text.ts';
import { ConnectorError } from '../../failure.ts';
import type { Manner } from '../format.ts';
import { readHead } from '../text.ts';
import { type Marks, Scanner } from './scanner.ts';

const headBytes = 1 << 20;
const rowsLookedAt = 100;
const delimiters = [',', ';', '\t', '|'];
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** How a file of CSV is written. */
export type Dialect = Marks & { readonly hasHeader: boolean; readonly names: readonly string[] };

/** What a file says of itself, as far as the connection does not say it. */
export async function dialectOf(path: string, manner: Manner): Promise<Dialect> {
  const { head, isWhole } = await readHead(path, manner.encoding, headBytes);
  const newline = head.includes(lineFeed) ? lineFeed : lineEndIn(head);
  const given = manner.delimiter === undefined ? delimiters : [manner.delimiter];
  const looks = given.map((one) => {
    const marks = { delimiter: one.charCodeAt(0), newline };
    return { marks, rows: rowsIn(head, isWhole, marks) };
  });
  const [best] = looks.sort((one, other) => evennessOf(other.rows) - evennessOf(one.rows));
  const { marks, rows } = best as (typeof looks)[0];
  const [first] = rows;
  if (first === undefined && !isWhole) {
    throw new ConnectorError('configuration', `The first line is longer than ${headBytes} bytes.`);
  }
  const hasHeader = manner.hasHeader ?? (first !== undefined && isHeader(first, rows.slice(1)));
  return { ...marks, hasHeader, names: namesOf(first ?? [], hasHeader) };
}

function lineEndIn(head: Buffer): number {
  return head.includes(carriageReturn) ? carriageReturn : lineFeed;
}

function rowsIn(head: Buffer, isWhole: boolean, marks: Marks): Row[] {
  const scanner = new Scanner(marks, undefined);
  scanner.begin(head, isWhole);
  const rows: Row[] = [];
  let at = 0;
  while (at < head.length && rows.length < rowsLookedAt) {
    const begun = scanner.outEnd;
    at = scanner.scan(at);
    if (at < 0) break;
    const [row] = decodeLines(scanner.out.subarray(begun, scanner.outEnd));
    if (row && (row.length > 1 || row[0] !== null)) rows.push(row);
  }
  return rows;
}

/** How many rows have as many cells as the first; between equals, more cells win. */
function evennessOf(rows: readonly Row[]): number {
  const width = rows[0]?.length ?? 0;
  if (width < 2) return 0;
  return (
    rows.filter((row) => row.length === width).length / rows.length + Math.min(width, 1e5) / 1e6
  );
}

/**
 * A row of names: each is there, no two are alike, and none is a number, a date or a truth value. A few may
 * be, as years are, where another column has nothing but values below its name.
 */
function isHeader(row: Row, others: readonly Row[]): boolean {
  const named = row.filter((cell) => cell !== null && cell !== '') as string[];
  if (named.length === 0 || row.length - named.length > 1) return false;
  if (new Set(named).size < named.length) return false;
  const names = named.filter((name) => !isValue(name));
  if (names.length === named.length) return true;
  if (names.length * 2 < named.length || others.length < 2) return false;
  return [...row.keys()].some((at) => {
    const below = others.flatMap((other) => other[at] ?? []);
    return !isValue(row[at] ?? '') && below.length >= 2 && below.every(isValue);
  });
}

function isValue(text: string): boolean {
  const value =
    /^\s*([-+]?[\d.,]+(e[-+]?\d+)?%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|true|false)\s*$/i;
  return value.test(text);
}

/** Names of their own for all columns. */
function namesOf(first: readonly Cell[], hasHeader: boolean): string[] {
  const names = new Set<string>();
  for (const [at, cell] of first.entries()) {
    const name = hasHeader && cell ? cell : `column${at + 1}`;
    let own = name;
    for (let number = 2; names.has(own); number += 1) own = `${name}_${number}`;
    names.add(own);
  }
  return [...names];
}
