import type { Cell } from '../../values/types.ts';

/** What rows are ordered by; what is null comes last. */
export type Sort = {
  /** The expression, quoted. */
  readonly column: string;
  readonly isNullable: boolean;
  readonly isDescending?: boolean;
};

export function orderBy(sorts: readonly Sort[]): string {
  const parts = sorts.map(({ column, isNullable, isDescending }) => {
    const nulls = isNullable ? ' nulls last' : '';
    return `${column}${isDescending ? ' desc' : ''}${nulls}`;
  });
  return parts.length > 0 ? ` order by ${parts.join(', ')}` : '';
}

/** The condition of coming after `values` in this order; `literal` writes a value that is not null. */
export function beyond(
  sorts: readonly Sort[],
  values: readonly Cell[],
  literal: (value: string, index: number) => string,
): string {
  if (sorts.every(({ isNullable, isDescending }) => !isNullable && !isDescending)) {
    const columns = sorts.map(({ column }) => column).join(', ');
    return `(${columns}) > (${values.map((value, at) => literal(value as string, at)).join(', ')})`;
  }
  const steps = sorts.map((sort, at) => {
    const same = sorts.slice(0, at).map((one, index) => equal(one, values[index], index, literal));
    return `(${[...same, after(sort, values[at], at, literal)].join(' and ')})`;
  });
  return `(${steps.join(' or ')})`;
}

type Literal = (value: string, index: number) => string;

function equal(sort: Sort, value: Cell | undefined, index: number, literal: Literal): string {
  if (value == null) return `${sort.column} is null`;
  return `${sort.column} = ${literal(value, index)}`;
}

function after(sort: Sort, value: Cell | undefined, index: number, literal: Literal): string {
  if (value == null) return 'false';
  const isBeyond = `${sort.column} ${sort.isDescending ? '<' : '>'} ${literal(value, index)}`;
  return sort.isNullable ? `(${isBeyond} or ${sort.column} is null)` : isBeyond;
}
