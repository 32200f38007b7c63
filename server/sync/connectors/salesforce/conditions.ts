import type { CheckedFilter, Leaf } from '../../filters/checked.ts';
import type { Pattern } from '../../filters/pattern.ts';
import type { SalesforceField } from './fields.ts';
import { escaped, literalOf } from './soql.ts';

/** A condition that every record meets which passes the filter; `isExact`: and no other one. */
export type Condition = { readonly text: string; readonly isExact: boolean };

const lengthMax = 4_000;
const inverse = { '=': '!=', '!=': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' } as const;
/** Texts that are equal without regard to case are one there, and have the order of a language. */
const isExactKind = /^(boolean|int|long|double|currency|percent|date|datetime)$/;

const listless = ['boolean', 'multipicklist', 'anyType'];
const patternless = ['id', 'reference', 'multipicklist', 'anyType'];

/**
 * A filter in SOQL. Where that would mean something else it finds more than the filter, and never less:
 * the rest is decided here. Undefined where nothing of it can be said.
 */
export function conditionOf(
  filter: CheckedFilter,
  fields: ReadonlyMap<string, SalesforceField>,
): Condition | undefined {
  const condition = new Words(fields).of(filter, false);
  return condition && condition.text.length <= lengthMax ? condition : undefined;
}

/** The names of the fields that a filter asks for. */
export function namesIn(filter: CheckedFilter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.flatMap(namesIn);
    case 'not':
      return namesIn(filter.term);
    default:
      return [filter.operand.field];
  }
}

class Words {
  readonly #fields: ReadonlyMap<string, SalesforceField>;

  constructor(fields: ReadonlyMap<string, SalesforceField>) {
    this.#fields = fields;
  }

  of(filter: CheckedFilter, isNegated: boolean): Condition | undefined {
    switch (filter.kind) {
      case 'not':
        return this.of(filter.term, !isNegated);
      case 'and':
      case 'or': {
        const terms = filter.terms.map((term) => this.of(term, isNegated));
        const isAnd = (filter.kind === 'and') !== isNegated;
        return isAnd ? allOf(terms) : anyOf(terms);
      }
      default:
        return this.#leaf(filter, isNegated);
    }
  }

  #leaf(leaf: Leaf, isNegated: boolean): Condition | undefined {
    const field = this.#fields.get(leaf.operand.field);
    if (!field?.isFilterable || leaf.operand.path.length > 0) return undefined;
    const isBoolean = field.kind === 'boolean';
    if (leaf.kind === 'null') {
      // A checkbox is never empty, and not compared with null.
      if (isBoolean) return undefined;
      return { text: `${field.name} ${isNegated ? '!=' : '='} null`, isExact: true };
    }
    const text = textOf(leaf, field, isNegated);
    const isExact = isExactKind.test(field.kind);
    if (isBoolean) return text === undefined ? undefined : { text, isExact };
    // Whatever else is compared with null is unknown.
    const known = `${field.name} != null`;
    if (text === undefined) return { text: known, isExact: false };
    return { text: `(${text} AND ${known})`, isExact };
  }
}

function textOf(leaf: Leaf, field: SalesforceField, isNegated: boolean): string | undefined {
  const isExact = isExactKind.test(field.kind);
  const { name } = field;
  switch (leaf.kind) {
    case 'compare': {
      const operator = isNegated ? inverse[leaf.operator] : leaf.operator;
      if (leaf.value === null || (!isExact && operator !== '=')) return undefined;
      if (field.kind === 'boolean' && /[<>]/.test(operator)) return undefined;
      const literal = literalOf(field, leaf.value);
      return literal === undefined ? undefined : `${name} ${operator} ${literal}`;
    }
    case 'in': {
      if ((isNegated && !isExact) || listless.includes(field.kind)) return undefined;
      const literals = leaf.values.map((value) => (value === null ? '' : literalOf(field, value)));
      const said = literals.filter((literal) => literal !== '');
      const isSaid = said.length > 0 && !said.includes(undefined);
      // With a null among them, none is known not to be one of them: the rest is decided here.
      if (!isSaid || (isNegated && said.length < literals.length)) return undefined;
      return `${name} ${isNegated ? 'NOT IN' : 'IN'} (${said.join(', ')})`;
    }
    case 'like':
      if (isNegated || leaf.pattern === null || isExact) return undefined;
      return patternless.includes(field.kind)
        ? undefined
        : `${name} LIKE '${patternOf(leaf.pattern)}'`;
    default:
      return undefined;
  }
}

/** A backslash is any character here: how many of them mean one differs. */
function patternOf({ steps }: Pattern): string {
  return steps
    .map((step) => {
      if (step.kind === 'many') return '%';
      if (step.kind === 'one') return '_';
      const parts = step.text.split(/([\\%_])/);
      return parts
        .map((part) => (part === '\\' ? '_' : /^[%_]$/.test(part) ? `\\${part}` : escaped(part)))
        .join('');
    })
    .join('');
}

function allOf(terms: readonly (Condition | undefined)[]): Condition | undefined {
  const said = terms.filter((term) => term !== undefined);
  if (said.length === 0) return undefined;
  const isExact = said.length === terms.length && said.every((term) => term.isExact);
  return { text: joined(said, 'AND'), isExact };
}

function anyOf(terms: readonly (Condition | undefined)[]): Condition | undefined {
  const said = terms.filter((term) => term !== undefined);
  if (said.length < terms.length) return undefined;
  return { text: joined(said, 'OR'), isExact: said.every((term) => term.isExact) };
}

function joined(terms: readonly Condition[], word: string): string {
  return `(${terms.map(({ text }) => text).join(` ${word} `)})`;
}
