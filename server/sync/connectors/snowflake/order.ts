import type { Cell, FieldType } from '../../values/types.ts';
import { quote } from '../sql/names.ts';
import { encoded, written } from './cells.ts';
import { literal } from './names.ts';
import type { Native } from './types.ts';

type Ordered = { readonly name: string; readonly type: FieldType; readonly native: Native };

/** What is compared of a column: where Snowflake has no order, its text. */
export function compared({ name, native }: Ordered): string {
  const column = quote(name);
  if (/^(VARIANT|OBJECT|ARRAY|MAP)$/.test(native.word)) return `to_json(${column})`;
  return isOther(native) ? `to_varchar(${column})` : column;
}

/** A cell as what is compared with; what is no value of the column equals none of it. */
export function comparedWith(cell: string, { type, native }: Ordered): string {
  if (/^(VARIANT|OBJECT|ARRAY|MAP)$/.test(native.word) || isOther(native)) return literal(cell);
  const value = encoded(cell, type, { ...native, length: undefined });
  return 'text' in value ? written(literal(value.text), native) : literal(cell);
}

export function isEqual(column: Ordered, cell: Cell): string {
  const own = compared(column);
  return cell === null ? `${own} is null` : `${own} = ${comparedWith(cell, column)}`;
}

function isOther({ word }: Native): boolean {
  return !/^(NUMBER|FLOAT|TEXT|BOOLEAN|DATE|TIME|TIMESTAMP_.*|BINARY|VARIANT|OBJECT|ARRAY|MAP)$/.test(
    word,
  );
}
