import type { CheckedFilter, Leaf } from '../../filters/checked.ts';
import { readInstant } from '../../values/instants.ts';
import type { FieldType } from '../../values/types.ts';
import type { Condition, Groups } from './records.ts';
import { idField, type PropertyField } from './types.ts';

/** What a search may have: https://developers.hubspot.com/docs/api-reference/search/guide */
const groupsMax = 5;
const conditionsMax = 18;
const conditionsOfGroupMax = 6;
/** What a reading adds to each group, to go on where it was. */
const added = 3;
const valuesMax = 50;
const charactersMax = 2_000;
/** The end of the year 9999, in milliseconds. */
const instantMax = 253_402_300_799_999;

const operators = {
  '=': 'EQ',
  '!=': 'NEQ',
  '<': 'LT',
  '<=': 'LTE',
  '>': 'GT',
  '>=': 'GTE',
} as const;
const opposite = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;

/**
 * What HubSpot can be asked for so that nothing is left out that fits the filter; what it finds beyond
 * that is left out here. Undefined: everything has to be asked for.
 */
export function groupsOf(
  filter: CheckedFilter | undefined,
  fields: readonly PropertyField[],
): Groups | undefined {
  const groups = filter && alternatives(filter, false, fields);
  if (!groups || groups.length === 0) return undefined;
  // A search has 3,000 characters, of which names and times of a reading take some.
  if (JSON.stringify(groups).length > charactersMax) return undefined;
  const perGroup =
    Math.min(conditionsOfGroupMax, Math.floor(conditionsMax / groups.length)) - added;
  return perGroup < 1 ? undefined : groups.map((group) => group.slice(0, perGroup));
}

function alternatives(
  filter: CheckedFilter,
  isNegated: boolean,
  fields: readonly PropertyField[],
): Groups | undefined {
  if (filter.kind === 'not') return alternatives(filter.term, !isNegated, fields);
  if (filter.kind !== 'and' && filter.kind !== 'or') {
    const said = conditionOf(filter, isNegated, fields);
    return said && [[said]];
  }
  const terms = filter.terms.map((term) => alternatives(term, isNegated, fields));
  if ((filter.kind === 'or') !== isNegated) {
    const all = terms.flatMap((term) => term ?? []);
    return terms.some((term) => term === undefined) || all.length > groupsMax ? undefined : all;
  }
  let together: Groups | undefined;
  for (const term of terms) {
    if (!term) continue;
    const joined = (together ?? [[]]).flatMap((one) => term.map((other) => [...one, ...other]));
    if (joined.length <= groupsMax) together = joined;
  }
  return together;
}

/** A condition that finds at least the records for which the leaf holds. */
function conditionOf(
  leaf: Leaf,
  isNegated: boolean,
  fields: readonly PropertyField[],
): Condition | undefined {
  const { field: propertyName, type, path } = leaf.operand;
  const field = fields.find((one) => one.name === propertyName);
  if (!field || path.length > 0) return undefined;
  switch (leaf.kind) {
    case 'null':
      return { propertyName, operator: isNegated ? 'HAS_PROPERTY' : 'NOT_HAS_PROPERTY' };
    case 'compare': {
      const operator = isNegated ? opposite[leaf.operator] : leaf.operator;
      const value = leaf.value === null ? undefined : comparedValue(field, type, leaf.value);
      if (value === undefined || (!hasOrder(type) && operator !== '=')) return undefined;
      return { propertyName, operator: operators[operator], value };
    }
    case 'in': {
      // Of texts only those in small letters are found.
      if (isNegated || !hasOrder(type) || leaf.values.length > valuesMax) return undefined;
      const values = leaf.values.map((one) =>
        one === null ? '' : comparedValue(field, type, one),
      );
      if (values.includes(undefined)) return undefined;
      const known = values.filter((one) => one !== '') as string[];
      return known.length === 0 ? undefined : { propertyName, operator: 'IN', values: known };
    }
    default:
      return undefined;
  }
}

/** Texts are compared without regard to case: that finds what is equal, and more. */
function hasOrder({ kind }: FieldType): boolean {
  return kind === 'numeric' || kind === 'int8' || kind === 'date' || kind === 'timestamptz';
}

function comparedValue(
  { isList }: PropertyField,
  type: FieldType,
  text: string,
): string | undefined {
  switch (type.kind) {
    case 'numeric':
    case 'int8':
      // As far as HubSpot surely compares every digit.
      return /^-?\d{1,15}$/.test(text) || /^-?[\d.]{1,15}$/.test(text) ? text : undefined;
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'date':
    case 'timestamptz': {
      const read = readInstant(type.kind, text);
      if (!('days' in read) || !Number.isFinite(read.days) || read.micros % 1_000 !== 0) {
        return undefined;
      }
      const at = read.days * 86_400_000 + read.micros / 1_000;
      return Math.abs(at) <= instantMax ? String(at) : undefined;
    }
    case 'text':
      return isList || text === '' || text.length > 200 ? undefined : text;
    default:
      return undefined;
  }
}

/** What comes after a record. */
export function after(id: string): Condition {
  return { propertyName: idField, operator: 'GT', value: id };
}

/** Each of the groups, with these. */
export function withAll(groups: Groups | undefined, conditions: readonly Condition[]): Groups {
  return (groups ?? [[]]).map((group) => [...group, ...conditions]);
}
