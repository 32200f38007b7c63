import { check } from '../../filters/check.ts';
import type { FilterField } from '../../filters/checked.ts';
import { type Condition as Listed, parseFilters } from '../../filters/conditions.ts';
import type { Filter, Literal, Single } from '../../filters/filter.ts';
import { matches } from '../../filters/matches.ts';
import { parseFilter } from '../../filters/parse.ts';
import { fromJson } from '../../values/json.ts';
import type { Cell, FieldType, Json, Row } from '../../values/types.ts';
import { begins, lookUp } from './lookup.ts';
import type { Scope } from './scope.ts';
import type { Name } from './template.ts';

/** A filter over what a workflow knows: `steps.find.output.total > 0 AND Lead.Country = 'CH'`. */
export type Condition = {
  readonly member: string;
  /** What it asks for, to be looked at before there is a record. */
  readonly names: readonly Name[];
  readonly isTrue: (scope: Scope) => boolean;
};

/**
 * Parses the filter of a `condition`. A path begins at a name of the scope, else at a field of the
 * record. Values are JSON: each is compared as what it is compared with, so that the text `"12.50"` is
 * above the number 9, a date is one in any ISO form, and what can't be read like this is unknown.
 * @throws AppError 400 that names the character
 */
export function compileCondition(
  filter: string | readonly (string | Listed)[],
  member = 'filter',
): Condition {
  const parsed =
    typeof filter === 'string' ? parseFilter(filter, member) : parseFilters(filter, member);
  const columns: Column[] = [];
  // Without any condition it holds.
  const checked = parsed && check(inColumns(parsed, columns), columns);
  const test = checked ? matches(checked) : () => true;
  return {
    member,
    names: columns.map(({ parts, character }) => ({ parts, character })),
    isTrue: (scope) => test(rowOf(columns, scope)),
  };
}

/** Whether it is true; what is unknown is not. */
export function holds({ isTrue }: Condition, scope: Scope): boolean {
  return isTrue(scope);
}

/** One for each comparison, of the type that it needs. */
type Column = FilterField & Name;

function inColumns(filter: Filter, columns: Column[]): Filter {
  if (filter.kind === 'and' || filter.kind === 'or') {
    return { ...filter, terms: filter.terms.map((term) => inColumns(term, columns)) };
  }
  if (filter.kind === 'not') return { ...filter, term: inColumns(filter.term, columns) };
  const { parts, place } = filter.field;
  const path = parts.length === 1 ? (parts[0] as string).split('.') : parts;
  const name = `${path.join('.')} ${columns.length}`;
  columns.push({ name, type: typeOf(filter), parts: path, character: place.character ?? 1 });
  return { ...filter, field: { parts: [name], place } };
}

function typeOf(single: Single): FieldType {
  const first = literalsIn(single).find(({ kind }) => kind !== 'null');
  switch (first?.kind) {
    case 'number':
      return { kind: 'numeric' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'date':
    case 'timestamp':
      return { kind: 'timestamptz' };
    default:
      return { kind: 'text' };
  }
}

function literalsIn(single: Single): readonly Literal[] {
  if (single.kind === 'compare') return [single.value];
  if (single.kind === 'in') return single.values;
  return single.kind === 'like' ? [single.pattern] : [];
}

function rowOf(columns: readonly Column[], scope: Scope): Row {
  return columns.map(({ type, parts }) => cellOf(type, valueAt(parts, scope)));
}

function valueAt(parts: readonly string[], scope: Scope): Json {
  const within = begins(scope as Json, parts) ? (scope as Json) : (scope.record ?? null);
  return lookUp(within, parts) ?? null;
}

function cellOf(type: FieldType, value: Json): Cell {
  const read = fromJson(type, value);
  return 'problem' in read ? null : read.text;
}
