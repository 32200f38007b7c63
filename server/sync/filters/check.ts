import { comparisonOf } from '../values/compare.ts';
import type { FieldType } from '../values/types.ts';
import type { CheckedFilter, FilterField, Operand } from './checked.ts';
import { failure } from './failures.ts';
import { Fields } from './fields.ts';
import {
  type FieldName,
  type Filter,
  type Literal,
  type Operator,
  type Single,
  termsMax,
  valuesMax,
} from './filter.ts';
import { literalText, patternOf } from './literals.ts';

/**
 * Fits a filter to the fields of an object.
 * @throws AppError 400 for a field that is not there, a value that its type can't hold, or a comparison
 * that its type does not know
 */
export function check(filter: Filter, fields: readonly FilterField[]): CheckedFilter {
  const counted = { terms: 0, values: 0 };
  const known = new Fields(fields);
  return checkTerm(filter);

  function checkTerm(term: Filter): CheckedFilter {
    if (term.kind === 'and' || term.kind === 'or') {
      return { kind: term.kind, terms: term.terms.map(checkTerm) };
    }
    if (term.kind === 'not') return { kind: 'not', term: checkTerm(term.term) };
    count(term);
    return checkLeaf(term, known);
  }

  function count(term: Single): void {
    counted.terms += 1;
    counted.values += term.kind === 'in' ? term.values.length : 1;
    const { place } = term.field;
    if (counted.terms > termsMax) throw failure(place, `must have at most ${termsMax} conditions`);
    if (counted.values > valuesMax) throw failure(place, `must have at most ${valuesMax} values`);
  }
}

function checkLeaf(term: Single, fields: Fields): CheckedFilter {
  const operand = fields.find(term.field);
  switch (term.kind) {
    case 'null':
      return { kind: 'null', operand };
    case 'like': {
      const [typed, pattern] = [asText(operand, term.field), patternOf(term.pattern)];
      return { kind: 'like', operand: typed, pattern };
    }
    case 'in': {
      const typed = typedBy(operand, term.values);
      requireComparison(typed, '=', term.field);
      return { ...term, operand: typed, values: term.values.map((one) => literalText(typed, one)) };
    }
    case 'compare': {
      const typed = typedBy(operand, [term.value]);
      requireComparison(typed, term.operator, term.field);
      const { kind, operator } = term;
      return { kind, operator, operand: typed, value: literalText(typed, term.value) };
    }
  }
}

/** What stands in JSON is compared as what it is compared with. */
function typedBy(operand: Operand, values: readonly Literal[]): Operand {
  if (operand.path.length === 0) return operand;
  const kinds = new Set(values.map(({ kind }) => kind));
  kinds.delete('null');
  const [kind = 'text', another] = kinds;
  if (another !== undefined) {
    const { place } = values.find((value) => value.kind === another)!;
    throw failure(place, `must be a ${kind} like the values before it`);
  }
  return { ...operand, type: nestedType(kind, values[0]!) };
}

function nestedType(kind: Literal['kind'], { place }: Literal): FieldType {
  if (kind === 'number') return { kind: 'numeric' };
  if (kind === 'boolean' || kind === 'text') return { kind };
  throw failure(place, `JSON holds no ${kind}: compare it with a text`);
}

function requireComparison({ type }: Operand, operator: Operator, field: FieldName): void {
  const comparison = comparisonOf(type);
  const name = field.parts.join('.');
  if (comparison === undefined) {
    const asked = 'a filter can only ask whether it IS NULL';
    throw failure(field.place, `${name} is of type ${type.kind}: ${asked}`);
  }
  if (comparison.isOrdered || operator === '=' || operator === '!=') return;
  const shown = type.kind === 'other' ? type.name : type.kind;
  throw failure(
    field.place,
    `${name} is of type ${shown}, which has no order: only = and != compare it`,
  );
}

function asText(operand: Operand, field: FieldName): Operand {
  if (operand.path.length > 0) return { ...operand, type: { kind: 'text' } };
  const { kind } = operand.type;
  if (['text', 'varchar', 'char', 'enum'].includes(kind)) return operand;
  throw failure(
    field.place,
    `${field.parts.join('.')} is of type ${kind}, and LIKE asks for a text`,
  );
}
