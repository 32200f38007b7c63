import { toJson } from '../../values/json.ts';
import type { SalesforceField } from './fields.ts';

const idShape = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
const numberShape = /^-?\d{1,18}(?:\.\d{1,18})?$/;
const dateShape = /^\d{4}-\d\d-\d\d$/;
const momentShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;
const intMax = 2 ** 31;

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

// https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
export function escaped(text: string): string {
  return text.replace(/[\\'"\n\r\t\b\f]/g, (sign) => escapes[sign] as string);
}

/** A value in SOQL; undefined where the field cannot be compared with it there. */
export function literalOf({ kind, type }: SalesforceField, cell: string): string | undefined {
  switch (kind) {
    case 'id':
    case 'reference':
      return idShape.test(cell) ? `'${cell}'` : undefined;
    case 'boolean':
      return cell === 't' ? 'TRUE' : 'FALSE';
    case 'int':
      return numberShape.test(cell) && Math.abs(Number(cell)) < intMax ? cell : undefined;
    case 'long':
    case 'double':
    case 'currency':
    case 'percent':
      return numberShape.test(cell) ? cell : undefined;
    case 'date':
      return dateShape.test(cell) ? cell : undefined;
    case 'datetime': {
      const text = String(toJson(type, cell));
      return momentShape.test(text) ? text : undefined;
    }
    case 'time':
      return undefined;
    default:
      return cell.includes('\0') ? undefined : `'${escaped(cell)}'`;
  }
}

export type Select = {
  readonly fields: readonly string[];
  readonly from: string;
  readonly where: readonly string[];
  readonly orderBy?: readonly string[];
};

export function selectOf({ fields, from, where, orderBy = [] }: Select): string {
  const order = orderBy.length > 0 ? ` ORDER BY ${orderBy.join(', ')}` : '';
  return `SELECT ${fields.join(', ')} FROM ${from}${whereOf(where)}${order}`;
}

export function countOf({ from, where }: Pick<Select, 'from' | 'where'>): string {
  return `SELECT COUNT() FROM ${from}${whereOf(where)}`;
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
}
