import type { ColumnType } from './values.ts';

const names: Readonly<Record<string, string>> = {
  ...{ NUMBER: 'NUMBER', DECIMAL: 'NUMBER', NUMERIC: 'NUMBER', INT: 'NUMBER', INTEGER: 'NUMBER' },
  ...{ BIGINT: 'NUMBER', SMALLINT: 'NUMBER', FLOAT: 'FLOAT', DOUBLE: 'FLOAT', REAL: 'FLOAT' },
  ...{ VARCHAR: 'TEXT', STRING: 'TEXT', TEXT: 'TEXT', CHAR: 'TEXT', BOOLEAN: 'BOOLEAN' },
  ...{ DATE: 'DATE', TIME: 'TIME', DATETIME: 'TIMESTAMP_NTZ', TIMESTAMP: 'TIMESTAMP_NTZ' },
  ...{ TIMESTAMP_NTZ: 'TIMESTAMP_NTZ', TIMESTAMP_TZ: 'TIMESTAMP_TZ' },
  ...{ TIMESTAMP_LTZ: 'TIMESTAMP_LTZ', BINARY: 'BINARY', VARBINARY: 'BINARY' },
  ...{ VARIANT: 'VARIANT', OBJECT: 'OBJECT', ARRAY: 'ARRAY', GEOGRAPHY: 'GEOGRAPHY' },
};

/** A type as it is declared; undefined for what is none. */
export function typeOf(word: string, sizes: readonly number[]): ColumnType | undefined {
  const name = names[word];
  if (name === undefined) return undefined;
  const [first, second] = sizes;
  if (name === 'NUMBER') return { name, precision: first ?? 38, scale: second ?? 0 };
  if (name === 'TEXT') return { name, length: first ?? (word === 'CHAR' ? 1 : 16_777_216) };
  return /^TIME/.test(name) ? { name, scale: first ?? 9 } : { name };
}

/** As the driver calls it. */
export function wireTypeOf({ name }: ColumnType): string {
  const words: Readonly<Record<string, string>> = { NUMBER: 'fixed', FLOAT: 'real' };
  return words[name] ?? name.toLowerCase();
}
