import type { FieldType } from '../../values/types.ts';
import type { Leaf } from '../checked.ts';
import { type Dialect, quoted } from './dialect.ts';
import { type Fragment, joined, sql, value } from './fragment.ts';

/** Snowflake, in a session of UTC: texts are compared by their bytes, and NaN is above all. */
export const snowflake: Dialect = { say, parameter: () => '?', unknown: 'TO_BOOLEAN(NULL)' };

const digitsMax = 38;

function say(leaf: Leaf): Fragment | undefined {
  const { field, path, type } = leaf.operand;
  if (path.length > 0) return undefined;
  const column = quoted(field, '"');
  switch (leaf.kind) {
    case 'null':
      return [`${column} IS NULL`];
    case 'like':
      return undefined;
    case 'in': {
      const items = leaf.values.map((one) => (one === null ? ['NULL'] : parameterOf(type, one)));
      if (items.some((item) => item === undefined)) return undefined;
      return sql`${column} IN (${joined(items as Fragment[], ', ')})`;
    }
    case 'compare': {
      const wanted = leaf.value === null ? undefined : parameterOf(type, leaf.value);
      return wanted && sql`${column} ${leaf.operator} ${wanted}`;
    }
  }
}

function parameterOf(type: FieldType, text: string): Fragment | undefined {
  switch (type.kind) {
    case 'boolean':
      return [text === 't' ? "TO_BOOLEAN('true')" : "TO_BOOLEAN('false')"];
    case 'int2':
    case 'int4':
    case 'int8':
      return numberOf(text, 0);
    case 'numeric':
      return numberOf(text, type.scale ?? 0);
    case 'float8':
      return Number.isFinite(Number(text)) ? sql`TO_DOUBLE(${value(text)})` : undefined;
    case 'text':
    case 'varchar':
      return value(text);
    case 'date':
      return isInYears(text) ? sql`TO_DATE(${value(text)}, 'YYYY-MM-DD')` : undefined;
    case 'timestamp':
      return isInYears(text) ? sql`TO_TIMESTAMP_NTZ(${value(text)})` : undefined;
    case 'timestamptz':
      return isInYears(text)
        ? sql`TO_TIMESTAMP_TZ(${value(text.replace(/\+00$/, ' +00:00'))})`
        : undefined;
    default:
      return undefined;
  }
}

/** What has more digits than the column is compared here: it would be rounded on its way. */
function numberOf(text: string, scale: number): Fragment | undefined {
  const [, whole, places = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined || places.length > scale) return undefined;
  if (whole.length + scale > digitsMax) return undefined;
  return sql`TO_NUMBER(${value(text)}, ${String(digitsMax)}, ${String(scale)})`;
}

function isInYears(text: string): boolean {
  return /^(?!0000)\d{4}-[^B]*$/.test(text);
}
