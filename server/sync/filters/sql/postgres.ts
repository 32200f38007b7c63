import { arrayText } from '../../values/arrays.ts';
import type { FieldType } from '../../values/types.ts';
import type { Leaf, Operand } from '../checked.ts';
import { type Dialect, quoted } from './dialect.ts';
import { type Fragment, sql, value } from './fragment.ts';

/** PostgreSQL says everything, but what stands in `json`: one text there that it can't read ends a query. */
export const postgres: Dialect = {
  say: (leaf) => (isReadable(leaf.operand) ? said(leaf) : undefined),
  parameter: (number) => `$${number}`,
  unknown: 'NULL::boolean',
};

const texts = ['text', 'varchar', 'char'];

function said(leaf: Leaf): Fragment {
  const { operand } = leaf;
  const operandText = columnOf(operand);
  switch (leaf.kind) {
    case 'null': {
      const { path } = operand;
      return path.length > 0 ? sql`${within(operand, '#>>')} IS NULL` : sql`${operandText} IS NULL`;
    }
    case 'like':
      return sql`${likened(operand)} LIKE ${value(leaf.pattern!.text)}::text`;
    case 'in':
      return equal(
        operand,
        '=',
        sql`ANY(${value(arrayText(leaf.values))}${castOf(operand.type, '[]')})`,
      );
    case 'compare': {
      const wanted = sql`${value(leaf.value!)}${castOf(operand.type, '')}`;
      const operator = leaf.operator === '!=' ? '<>' : leaf.operator;
      return operator === '='
        ? equal(operand, operator, wanted)
        : sql`${collated(operand)} ${operator} ${wanted}`;
    }
  }
}

/** An index serves the first half; the second holds where the column's collation calls more equal. */
function equal(operand: Operand, operator: string, wanted: Fragment): Fragment {
  const exact = sql`${collated(operand)} ${operator} ${wanted}`;
  const isColumn = operand.path.length === 0 && texts.includes(operand.type.kind);
  return isColumn ? sql`${columnOf(operand)} ${operator} ${wanted} AND ${exact}` : exact;
}

/** Texts in the order of their code points. */
function collated(operand: Operand): Fragment {
  const column = columnOf(operand);
  return isText(operand.type) ? sql`${column} COLLATE "C"` : column;
}

function likened(operand: Operand): Fragment {
  if (operand.type.kind !== 'enum') return collated(operand);
  return sql`${columnOf(operand)}::text COLLATE "C"`;
}

function isText({ kind }: FieldType): boolean {
  return texts.includes(kind) || kind === 'other';
}

function columnOf(operand: Operand): Fragment {
  const { field, path, type } = operand;
  const column = quoted(field, '"');
  if (path.length === 0) return type.kind === 'other' ? sql`${column}::text` : [column];
  const nested = { text: 'string', numeric: 'number', boolean: 'boolean' }[type.kind as 'text'];
  const cast = type.kind === 'text' ? '' : `::${type.kind}`;
  const typeOf = sql`jsonb_typeof(${within(operand, '#>')})`;
  return sql`(CASE WHEN ${typeOf} = '${nested}' THEN (${within(operand, '#>>')})${cast} END)`;
}

function within({ field, path }: Operand, arrow: '#>' | '#>>'): Fragment {
  return sql`(${quoted(field, '"')} ${arrow} ${value(arrayText(path))}::text[])`;
}

/** An enum is known by its column: its name may stand in any schema. */
function castOf(type: FieldType, suffix: '' | '[]'): string {
  switch (type.kind) {
    case 'enum':
      return '';
    case 'varchar':
    case 'other':
      return `::text${suffix}`;
    case 'char':
      return `::bpchar${suffix}`;
    case 'bit':
      return `::varbit${suffix}`;
    default:
      return `::${type.kind}${suffix}`;
  }
}

/** A name that is a number means a place in an array to PostgreSQL, counted from the end below zero. */
function isReadable({ path, within: { kind } }: Operand): boolean {
  if (path.length === 0) return true;
  return kind === 'jsonb' && path.every((name) => !/^\s*[+-]?\d+\s*$/.test(name));
}
