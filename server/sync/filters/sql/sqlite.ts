import { withoutBlanks } from '../../values/blanks.ts';
import type { FieldType } from '../../values/types.ts';
import type { Leaf } from '../checked.ts';
import { type Dialect, quoted } from './dialect.ts';
import { type Fragment, joined, type SqlValue, sql, value } from './fragment.ts';
import { globPattern } from './pattern.ts';

/**
 * SQLite has integers, doubles, texts and bytes. Exact decimals, singles, dates and times have no form
 * of their own there, so what compares them is decided here.
 */
export const sqlite: Dialect = { say, parameter: () => '?', unknown: 'NULL' };

const texts = ['text', 'varchar', 'char'];

function say(leaf: Leaf): Fragment | undefined {
  const { field, path, type } = leaf.operand;
  if (path.length > 0) return undefined;
  const column = quoted(field, '"');
  switch (leaf.kind) {
    case 'null':
      return [`${column} IS NULL`];
    case 'like':
      return type.kind === 'text' || type.kind === 'varchar'
        ? sql`${column} GLOB ${value(globPattern(leaf.pattern!))}`
        : undefined;
    case 'in': {
      const items = leaf.values.map((one) => (one === null ? ['NULL'] : parameterOf(type, one)));
      if (items.some((item) => item === undefined)) return undefined;
      return sql`${comparable(type, column)} IN (${joined(items as Fragment[], ', ')})`;
    }
    case 'compare': {
      const wanted = leaf.value === null ? undefined : parameterOf(type, leaf.value);
      return wanted && sql`${comparable(type, column)} ${leaf.operator} ${wanted}`;
    }
  }
}

function comparable({ kind }: FieldType, column: string): string {
  if (kind === 'boolean') return `(${column} <> 0)`;
  if (kind === 'char') return `rtrim(${column}, ' ') COLLATE BINARY`;
  return texts.includes(kind) ? `${column} COLLATE BINARY` : column;
}

function parameterOf(type: FieldType, text: string): Fragment | undefined {
  const bound = bind(type, text);
  return bound === undefined ? undefined : value(bound);
}

function bind({ kind }: FieldType, text: string): SqlValue | undefined {
  switch (kind) {
    case 'boolean':
      return text === 't' ? 1 : 0;
    case 'int2':
    case 'int4':
    case 'int8':
      return BigInt(text);
    case 'float8':
      // SQLite keeps no NaN.
      return text === 'NaN' ? undefined : Number(text);
    case 'text':
    case 'varchar':
      return text;
    case 'char':
      return withoutBlanks(text);
    case 'bytea':
      return Uint8Array.from(Buffer.from(text.slice(2), 'hex'));
    default:
      return undefined;
  }
}
