import type { Static } from 'typebox';
import type { ExtensionCondition } from '../../../../contract/sync/extension-protocol.ts';
import type { CheckedFilter, Leaf } from '../../filters/checked.ts';
import { toJson } from '../../values/json.ts';
import type { Cell } from '../../values/types.ts';
import type { Since } from '../http/read.ts';

export type Condition = Static<typeof ExtensionCondition>;

const valuesMax = 1_000;

/**
 * What an extension is told of a filter, so that it need not send everything: conditions of which all
 * hold. What they do not say is looked at here, as is all that comes.
 */
export function conditionsOf(
  filter: CheckedFilter | undefined,
  since: Since | undefined,
): Condition[] {
  const told = filter ? termsOf(filter).flatMap((term) => conditionOf(term) ?? []) : [];
  if (!since) return told;
  const { field, from } = since;
  return [...told, { field: field.name, operator: '>=', value: toJson(field.type, from) }];
}

function termsOf(filter: CheckedFilter): CheckedFilter[] {
  return filter.kind === 'and' ? filter.terms.flatMap(termsOf) : [filter];
}

function conditionOf(term: CheckedFilter): Condition | undefined {
  if (term.kind === 'not' && term.term.kind === 'null') {
    const field = fieldOf(term.term);
    return field === undefined ? undefined : { field, operator: 'IS NOT NULL' };
  }
  if (term.kind === 'and' || term.kind === 'or' || term.kind === 'not') return undefined;
  const field = fieldOf(term);
  if (field === undefined) return undefined;
  const json = (cell: Cell) => toJson(term.operand.type, cell);
  switch (term.kind) {
    case 'null':
      return { field, operator: 'IS NULL' };
    case 'compare':
      if (term.value === null) return undefined;
      return { field, operator: term.operator, value: json(term.value) };
    case 'in': {
      const values = term.values.filter((one) => one !== null);
      if (values.length > valuesMax) return undefined;
      return { field, operator: 'IN', value: values.map(json) };
    }
    // How a pattern is written is another matter in each system.
    case 'like':
      return undefined;
  }
}

/** What stands within a field's JSON is no field there. */
function fieldOf({ operand }: Leaf): string | undefined {
  const isWhole = operand.path.length === 0 && operand.type.kind === operand.within.kind;
  return isWhole ? operand.field : undefined;
}
