import type { Cell } from '../../values/types.ts';

/** What rows are ordered by; what is null comes last. */
export type Sort = {
  /** The expression, quoted. */
  readonly column: string;
  readonly isNullable: boolean;
  readonly isDescending?: boolean;
};

type Literal = (value: string, index: number) => string;

/** Not every system knows the words for nulls. */
export function orderBy(sorts: readonly Sort[], knowsNulls = true): string {
  const parts = sorts.map(({ column, isNullable, isDescending }) => {
    const order = `${column}${isDescending ? ' desc' : ''}`;
    if (!isNullable) return order;
    return knowsNulls ? `${order} nulls last` : `${column} is null, ${order}`;
  });
  return parts.length > 0 ? ` order by ${parts.join(', ')}` : '';
}

/** The condition of coming after `values` in this order; `literal` writes a value that is not null. */
export function beyond(sorts: readonly Sort[], values: readonly Cell[], literal: Literal): string {
  if (sorts.every(({ isNullable, isDescending }) => !isNullable && !isDescending)) {
    const columns = sorts.map(({ column }) => column).join(', ');
    return `(${columns}) > (${values.map((value, at) => literal(value as string, at)).join(', ')})`;
  }
  return stepsBeyond(sorts, values, literal);
}

/** The same, column by column: some systems find no index for a row of columns. */
export function stepsBeyond(
  sorts: readonly Sort[],
  values: readonly Cell[],
  literal: Literal,
): string {
  const steps = sorts.map((sort, at) => {
    const same = sorts.slice(0, at).map((one, index) => equal(one, values[index], index, literal));
    return `(${[...same, after(sort, values[at], at, literal)].join(' and ')})`;
  });
  return `(${steps.join(' or ')})`;
}

function equal(sort: Sort, value: Cell | undefined, index: number, literal: Literal): string {
  if (value == null) return `${sort.column} is null`;
  return `${sort.column} = ${literal(value, index)}`;
}

function after(sort: Sort, value: Cell | undefined, index: number, literal: Literal): string {
  if (value == null) return 'false';
  const isBeyond = `${sort.column} ${sort.isDescending ? '<' : '>'} ${literal(value, index)}`;
  return sort.isNullable ? `(${isBeyond} or ${sort.column} is null)` : isBeyond;
}
