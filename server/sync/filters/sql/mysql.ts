import { withoutBlanks } from '../../values/blanks.ts';
import type { FieldType } from '../../values/types.ts';
import type { Leaf } from '../checked.ts';
import { type Dialect, quoted } from './dialect.ts';
import { type Fragment, joined, sql, value } from './fragment.ts';
import { escapeSign, likePattern } from './pattern.ts';

/**
 * MySQL and MariaDB, on a connection in utf8mb4 and UTC. Texts are compared as bytes: their own
 * collations ignore case, accents or blanks at the end.
 */
export const mysql: Dialect = { say, parameter: () => '?', unknown: 'NULL' };

const texts = ['text', 'varchar', 'char', 'enum', 'uuid'];
/** Digits of a DECIMAL, and of those behind the point: the less of what MySQL and MariaDB have. */
const decimalMax = { digits: 65, places: 30 };

function say(leaf: Leaf): Fragment | undefined {
  const { field, path, type } = leaf.operand;
  if (path.length > 0) return undefined;
  const column = quoted(field, '`');
  switch (leaf.kind) {
    case 'null':
      return [`${column} IS NULL`];
    case 'like': {
      const pattern = value(likePattern(leaf.pattern!));
      const text = `CONVERT(${column} USING utf8mb4) COLLATE utf8mb4_bin`;
      return type.kind === 'char' ? undefined : sql`${text} LIKE ${pattern} ESCAPE '${escapeSign}'`;
    }
    case 'in': {
      const items = leaf.values.map((one) => (one === null ? ['NULL'] : parameterOf(type, one)));
      if (items.some((item) => item === undefined)) return undefined;
      return sql`${comparable(type, column)} IN (${joined(items as Fragment[], ', ')})`;
    }
    case 'compare': {
      if (type.kind === 'enum' && !['=', '!='].includes(leaf.operator)) return undefined;
      const wanted = leaf.value === null ? undefined : parameterOf(type, leaf.value);
      return wanted && sql`${comparable(type, column)} ${leaf.operator} ${wanted}`;
    }
  }
}

function comparable({ kind }: FieldType, column: string): string {
  if (kind === 'boolean') return `(${column} <> 0)`;
  if (kind === 'char')
    return `CAST(TRIM(TRAILING ' ' FROM CONVERT(${column} USING utf8mb4)) AS BINARY)`;
  return texts.includes(kind) ? `CAST(CONVERT(${column} USING utf8mb4) AS BINARY)` : column;
}

function parameterOf({ kind }: FieldType, text: string): Fragment | undefined {
  switch (kind) {
    case 'boolean':
      return [text === 't' ? '1' : '0'];
    case 'int2':
    case 'int4':
    case 'int8':
      return sql`CAST(${value(text)} AS SIGNED)`;
    case 'numeric':
      return decimalOf(text);
    case 'float4':
    case 'float8':
      return floatOf(kind === 'float4' ? Math.fround(Number(text)) : Number(text));
    case 'text':
    case 'varchar':
    case 'enum':
    case 'uuid':
      return sql`CAST(${value(text)} AS BINARY)`;
    case 'char':
      return sql`CAST(${value(withoutBlanks(text))} AS BINARY)`;
    case 'bytea':
      return sql`UNHEX(${value(text.slice(2))})`;
    case 'time':
      return sql`CAST(${value(text)} AS TIME(6))`;
    case 'date':
      return isInYears(text) ? sql`CAST(${value(text)} AS DATE)` : undefined;
    case 'timestamp':
    case 'timestamptz':
      return isInYears(text)
        ? sql`CAST(${value(text.replace('+00', ''))} AS DATETIME(6))`
        : undefined;
    default:
      return undefined;
  }
}

function decimalOf(text: string): Fragment | undefined {
  const [, whole, places = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = whole.length + places.length;
  if (digits > decimalMax.digits || places.length > decimalMax.places) return undefined;
  return sql`CAST(${value(text)} AS DECIMAL(${String(digits)},${String(places.length)}))`;
}

/** Casting to DOUBLE is newer than adding to one. */
function floatOf(number: number): Fragment | undefined {
  return Number.isFinite(number) ? sql`(${value(String(number))} + 0e0)` : undefined;
}

/** From 1 to 9999; before Christ and infinity are words behind or in place of them. */
function isInYears(text: string): boolean {
  return /^(?!0000)\d{4}-[^B]*$/.test(text);
}
