import { quote } from '../sql/names.ts';

/** What needs no quotes there. */
const plain = /^[A-Za-z_][A-Za-z0-9_$]*$/;

/** A name as something is made under it: Snowflake folds what is not quoted to upper case. */
export function folded(name: string): string {
  return plain.test(name) ? name.toUpperCase() : name;
}

/** A table's whole name, quoted: the same in every statement. */
export function quoteIn(...names: readonly string[]): string {
  return names.map(quote).join('.');
}

/** https://docs.snowflake.com/en/sql-reference/data-types-text: a backslash begins an escape. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, (one) => `\\${one}`)}'`;
}
