import type { Cell, FieldType } from '../../values/types.ts';
import type { Sort } from '../sql/keyset.ts';
import { geometryBytes } from './decode.ts';
import { encode } from './encode.ts';
import { bytesLiteral, literal, quote } from './names.ts';
import { isGeometry, type Native } from './native.ts';

export type Order = Sort & { literal(cell: string): string };
type Ordered = { readonly name: string; readonly type: FieldType; readonly native: Native };

const characters = /^(char|varchar|(tiny|medium|long)?text)$/;

/**
 * How rows are put in the order of a column. `isOwn`: as the column itself compares, which an index
 * serves; else what only its collation calls equal is told apart.
 */
export function orderOf(column: Ordered, isOwn: boolean): Omit<Order, 'isNullable'> {
  const { type, native } = column;
  const name = quote(column.name);
  if (native.word === 'float') {
    return { column: `(${name} + 0e0)`, literal: (cell) => String(Math.fround(Number(cell))) };
  }
  if (native.word === 'bit') {
    return { column: `(${name} + 0)`, literal: (cell) => String(BigInt(`0b${cell}`)) };
  }
  if (isGeometry(native)) {
    const bytesOf = (cell: string) => geometryBytes(cell) ?? Buffer.alloc(0);
    return { column: `cast(${name} as binary)`, literal: (cell) => bytesLiteral(bytesOf(cell)) };
  }
  if (isWords(native) && !(isOwn && characters.test(native.word))) {
    return {
      column: `cast(convert(${name} using utf8mb4) as binary)`,
      literal: (cell) => bytesLiteral(Buffer.from(cell)),
    };
  }
  return { column: name, literal: (cell) => literalOf(cell, type, native) };
}

/** That a record has this value, and none that only the collation calls the same. */
export function isEqual(column: Ordered, cell: Cell): string {
  const exact = orderOf(column, false);
  if (cell === null) return `${exact.column} is null`;
  const own = orderOf(column, true);
  const isSame = `${exact.column} = ${exact.literal(cell)}`;
  // An index serves the first half.
  return own.column === exact.column
    ? isSame
    : `${own.column} = ${own.literal(cell)} and ${isSame}`;
}

/** What a collation compares, or would if it were not an enum. */
export function isWords({ word }: Native): boolean {
  return characters.test(word) || /^(enum|set|json)$/.test(word);
}

/** What is no value of the column is equal to none of it. */
export function literalOf(cell: string, type: FieldType, native: Native): string {
  const encoded = encode(cell, type, native);
  return 'sql' in encoded ? encoded.sql : literal(cell);
}
