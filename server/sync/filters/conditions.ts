import { isExactNumber } from '../values/exact-json.ts';
import type { Json } from '../values/types.ts';
import { failure } from './failures.ts';
import type { FieldName, Filter, Literal, Operator } from './filter.ts';
import { between, negated, parseFilter } from './parse.ts';

/** A filter as one member of a list: `{ field: 'age', operator: '>=', value: 18 }`. */
export type Condition = { field: string; operator: string; value?: Json };

/** Other spellings that people try; all are read without regard to case, `_` being a blank. */
const operators: Record<string, Operator> = {
  '=': '=',
  '==': '=',
  EQ: '=',
  '!=': '!=',
  '<>': '!=',
  NE: '!=',
  NEQ: '!=',
  '<': '<',
  LT: '<',
  '<=': '<=',
  LTE: '<=',
  '>': '>',
  GT: '>',
  '>=': '>=',
  GTE: '>=',
};
const words = /^(NOT )?(LIKE|IN|BETWEEN)$/;
const nullWords = /^(?:IS )?(NOT )?NULL$/;
const known =
  '=, !=, <, <=, >, >=, LIKE, IN, BETWEEN, NOT LIKE, NOT IN, NOT BETWEEN, IS NULL or IS NOT NULL';
const filtersMax = 100;

/**
 * Parses the list form; all of its members must hold.
 * @returns undefined for an empty list, which every record passes
 * @throws AppError 400 that names the member
 */
export function parseFilters(
  list: readonly (string | Condition)[],
  member = 'filters',
): Filter | undefined {
  if (list.length > filtersMax) throw failure({ member }, `must be at most ${filtersMax}`);
  const terms = list.map((one, index) => {
    const name = `${member}.${index}`;
    return typeof one === 'string' ? parseFilter(one, name) : parseCondition(one, name);
  });
  return terms.length > 1 ? { kind: 'and', terms } : terms[0];
}

function parseCondition({ field, operator, value }: Condition, member: string): Filter {
  const name: FieldName = { parts: [field], place: { member: `${member}.field` } };
  const word = operator
    .trim()
    .replace(/[\s_]+/g, ' ')
    .toUpperCase();
  const [, notNull] = nullWords.exec(word) ?? [];
  if (nullWords.test(word)) return negated(notNull !== undefined, { kind: 'null', field: name });
  const place = `${member}.value`;
  const comparing = Object.hasOwn(operators, word) ? operators[word] : undefined;
  if (comparing !== undefined) {
    return { kind: 'compare', field: name, operator: comparing, value: literalOf(value, place) };
  }
  const [, not, verb] = words.exec(word) ?? [];
  if (verb === undefined) {
    throw failure({ member: `${member}.operator` }, `must be one of ${known}`);
  }
  return negated(not !== undefined, worded(verb, name, value, place));
}

function worded(verb: string, field: FieldName, value: Json | undefined, member: string): Filter {
  if (verb === 'LIKE') return { kind: 'like', field, pattern: literalOf(value, member) };
  const list = Array.isArray(value) ? value : [];
  const values = list.map((one, index) => literalOf(one, `${member}.${index}`));
  if (verb === 'IN') {
    if (values.length === 0) throw failure({ member }, 'must be an array of at least one value');
    return { kind: 'in', field, values };
  }
  const [low, high] = values;
  if (low === undefined || high === undefined || values.length !== 2) {
    throw failure({ member }, 'must be an array of two values');
  }
  return between(field, low, high);
}

function literalOf(value: Json | undefined, member: string): Literal {
  const place = { member };
  if (typeof value === 'string') {
    if (value.includes('\0')) throw failure(place, 'holds a null byte');
    return { kind: 'text', text: value, place };
  }
  if (typeof value === 'number') return { kind: 'number', text: String(value), place };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value), place };
  if (isExactNumber(value)) return { kind: 'number', text: value.rawJSON, place };
  if (value !== null && value !== undefined) {
    throw failure(place, 'must be a text, a number or a boolean');
  }
  throw failure(place, 'is required (to ask for what is empty, use the operator IS NULL)');
}
