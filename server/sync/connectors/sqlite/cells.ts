import { floatText, parseFloatExactly } from '../../values/floats.ts';
import { readInstantText, readTime, readTimetz } from '../../values/times.ts';
import type { Cell, FieldType } from '../../values/types.ts';
import type { Affinity } from './types.ts';

export type SqlValue = null | bigint | number | string | Uint8Array;
export type Column = { readonly type: FieldType; readonly affinity: Affinity };

const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;
const whole = /^-?\d{1,19}$/;
/** What SQLite takes for a number in a text. */
const numberLike = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** A value as it travels, or why it is none of the type that the column is declared with. */
export function cellOf(value: SqlValue, { kind }: FieldType): { text: Cell } | { problem: string } {
  if (value === null) return { text: null };
  if (value instanceof Uint8Array) {
    if (kind === 'bytea') return { text: `\\x${Buffer.from(value).toString('hex')}` };
    return { problem: 'Bytes stand where the column is declared otherwise.' };
  }
  if (kind === 'bytea') return { problem: 'There are no bytes where the column is declared so.' };
  if (typeof value === 'bigint') return { text: integerText(value, kind) };
  if (typeof value === 'number') return { text: floatText('float8', value) };
  return textOf(value, kind);
}

function integerText(value: bigint, kind: FieldType['kind']): string {
  if (kind !== 'boolean' || value < 0n || value > 1n) return String(value);
  return value === 1n ? 't' : 'f';
}

function textOf(value: string, kind: FieldType['kind']): { text: Cell } | { problem: string } {
  switch (kind) {
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return readInstantText(kind, value);
    case 'time':
      return readTime(value);
    case 'timetz':
      return readTimetz(value);
    default:
      return { text: value };
  }
}

/** What a cell is to SQLite, or why the column would not keep it. */
export function bind(
  cell: Cell,
  { type, affinity }: Column,
): { value: SqlValue } | { problem: string } {
  if (cell === null) return { value: null };
  const isNumeric = affinity !== 'text' && affinity !== 'none';
  switch (type.kind) {
    case 'bytea':
      if (!cell.startsWith('\\x')) break;
      return { value: Uint8Array.from(Buffer.from(cell.slice(2), 'hex')) };
    case 'boolean':
      if (cell !== 't' && cell !== 'f') break;
      if (affinity === 'text') return { value: cell === 't' ? 'true' : 'false' };
      return { value: cell === 't' ? 1n : 0n };
    case 'int2':
    case 'int4':
    case 'int8':
      if (affinity === 'text' || !isInteger(cell)) break;
      return affinity === 'real' ? bindReal(cell) : { value: BigInt(cell) };
    case 'float4':
    case 'float8':
      if (affinity === 'text' || cell === 'NaN' || Number.isNaN(Number(cell))) break;
      return { value: Number(cell) };
    case 'numeric':
      if (!isNumeric || cell === 'NaN') break;
      return isInteger(cell) && affinity !== 'real' ? { value: BigInt(cell) } : bindReal(cell);
  }
  if (!isNumeric || !numberLike.test(cell)) return { value: cell };
  if (affinity !== 'real' && isInteger(cell) && String(BigInt(cell)) === cell)
    return { value: cell };
  return { problem: 'The column would make another number of it.' };
}

function isInteger(text: string): boolean {
  if (!whole.test(text)) return false;
  const value = BigInt(text);
  return value >= least && value <= most;
}

function bindReal(text: string): { value: SqlValue } | { problem: string } {
  const value = parseFloatExactly('float8', text);
  if (value === undefined) return { problem: 'The column keeps fewer digits than it has.' };
  return { value };
}

/** A value with its storage class, by which SQLite orders it. */
export function mark(value: SqlValue): Cell {
  if (value === null) return null;
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'string') return `s${value}`;
  return `${typeof value === 'bigint' ? 'i' : 'r'}${value}`;
}

export function unmark(marked: Cell): SqlValue {
  if (marked === null) return null;
  const text = marked.slice(1);
  if (marked[0] === 'i') return BigInt(text);
  if (marked[0] === 'r') return Number(text);
  return marked[0] === 's' ? text : Uint8Array.from(Buffer.from(text, 'hex'));
}
