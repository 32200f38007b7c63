import type { CheckedFilter, Leaf } from '../checked.ts';
import { divide } from '../division.ts';
import type { Dialect } from './dialect.ts';
import { type Fragment, joined, rendered, type SqlValue, sql } from './fragment.ts';
import { mysql } from './mysql.ts';
import { postgres } from './postgres.ts';
import { snowflake } from './snowflake.ts';
import { sqlite } from './sqlite.ts';

const dialects = { postgres, mysql, sqlite, snowflake } satisfies Record<string, Dialect>;

export type Compiled = {
  /** A condition to follow WHERE, with parameters; nothing where the system can decide none of it. */
  sql: { text: string; values: SqlValue[] } | undefined;
  /** What must hold besides, and is to be decided here. */
  rest: CheckedFilter | undefined;
};

/**
 * A filter in the words of a system. Parameters are counted from `first` where they are numbered; a
 * function writes values themselves, for statements that take no parameters.
 */
export function toSql(
  filter: CheckedFilter,
  name: keyof typeof dialects,
  first: number | ((value: SqlValue) => string) = 1,
): Compiled {
  const dialect = dialects[name];
  const { said, rest } = divide(
    filter,
    (leaf) => isUnknown(leaf) || dialect.say(leaf) !== undefined,
  );
  if (said === undefined) return { sql: undefined, rest };
  const nameOf = (index: number, value: SqlValue) =>
    typeof first === 'number' ? dialect.parameter(first + index) : first(value);
  return { sql: rendered(fragmentOf(said, dialect), nameOf), rest };
}

function fragmentOf(filter: CheckedFilter, dialect: Dialect): Fragment {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const terms = filter.terms.map((term) => fragmentOf(term, dialect));
      return sql`(${joined(terms, ` ${filter.kind.toUpperCase()} `)})`;
    }
    case 'not':
      return sql`(NOT ${fragmentOf(filter.term, dialect)})`;
    default:
      return isUnknown(filter) ? [dialect.unknown] : sql`(${dialect.say(filter)!})`;
  }
}

function isUnknown(leaf: Leaf): boolean {
  if (leaf.kind === 'compare') return leaf.value === null;
  return leaf.kind === 'like' && leaf.pattern === null;
}
