import type { CheckedFilter, Leaf } from './checked.ts';

/**
 * Parts a filter into what another system decides and what is decided here; both must hold. Only what
 * stands beside each other in an AND can be parted: half an OR says nothing.
 */
export function divide(
  filter: CheckedFilter,
  isSaid: (leaf: Leaf) => boolean,
): { said: CheckedFilter | undefined; rest: CheckedFilter | undefined } {
  const terms = flatTerms(filter);
  const { there = [], here = [] } = Object.groupBy(terms, (term) =>
    isSaidWhole(term, isSaid) ? 'there' : 'here',
  );
  return { said: together(there), rest: together(here) };
}

function flatTerms(filter: CheckedFilter): CheckedFilter[] {
  return filter.kind === 'and' ? filter.terms.flatMap(flatTerms) : [filter];
}

function isSaidWhole(filter: CheckedFilter, isSaid: (leaf: Leaf) => boolean): boolean {
  if (filter.kind === 'not') return isSaidWhole(filter.term, isSaid);
  if (filter.kind !== 'and' && filter.kind !== 'or') return isSaid(filter);
  return filter.terms.every((term) => isSaidWhole(term, isSaid));
}

function together(terms: CheckedFilter[]): CheckedFilter | undefined {
  return terms.length > 1 ? { kind: 'and', terms } : terms[0];
}
