import type { CheckedFilter, Leaf } from '../../filters/checked.ts';
import type { Operator } from '../../filters/filter.ts';
import type { Pattern } from '../../filters/pattern.ts';
import type { Version } from './config.ts';
import type { SapField } from './fields.ts';
import { stepAfter, stepOf, stepTypeOf } from './steps.ts';
import { literalOf } from './values.ts';

/** A condition that every record meets which passes the filter; `isExact`: and no other one. */
export type Condition = { readonly text: string; readonly isExact: boolean };

const lengthMax = 2_000;
const words = { '=': 'eq', '!=': 'ne', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' } as const;
const inverse = { '=': '!=', '!=': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' } as const;
/** Texts have the order of a language, and lose blanks and zeros where they are codes. */
const isExactEdm =
  /^Edm\.(Boolean|Byte|SByte|Int\d\d|Decimal|Date|DateTime|DateTimeOffset|Time|TimeOfDay)$/;

/**
 * A filter as `$filter`. Where that would mean something else it finds more than the filter, and never
 * less: the rest is decided here. Undefined where nothing of it can be said.
 */
export function conditionOf(
  filter: CheckedFilter,
  fields: ReadonlyMap<string, SapField>,
  version: Version,
): Condition | undefined {
  const condition = new Words(fields, version).of(filter, false);
  return condition && condition.text.length <= lengthMax ? condition : undefined;
}

class Words {
  readonly #fields: ReadonlyMap<string, SapField>;
  readonly #version: Version;

  constructor(fields: ReadonlyMap<string, SapField>, version: Version) {
    this.#fields = fields;
    this.#version = version;
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
    if (leaf.kind === 'null') {
      // In the second version what is empty is the first value of its type, to many services.
      if (this.#version === 'v2') return undefined;
      return { text: `${field.name} ${isNegated ? 'ne' : 'eq'} null`, isExact: true };
    }
    if (leaf.kind === 'compare' && leaf.value !== null) {
      const operator = isNegated ? inverse[leaf.operator] : leaf.operator;
      return this.#comparison(field, operator, leaf.value);
    }
    if (leaf.kind === 'in' && !isNegated) return this.#list(field, leaf.values);
    if (leaf.kind === 'like' && !isNegated && leaf.pattern) return startOf(field, leaf.pattern);
    return undefined;
  }

  #comparison(field: SapField, operator: Operator, value: string): Condition | undefined {
    const isExact = isExactEdm.test(field.edm);
    if (!isExact && operator !== '=') return undefined;
    // What is finer than microseconds is a text here.
    if (field.edm === 'Edm.DateTimeOffset' && field.type.kind === 'text') return undefined;
    const isShortened = /^Edm\.DateTime/.test(field.edm) && field.type.kind !== 'date';
    if (this.#version === 'v2' && isShortened) return this.#shortened(field, operator, value);
    const literal = literalOf(field, this.#version, value);
    if (literal === undefined) return undefined;
    const text = `${field.name} ${words[operator]} ${literal}`;
    if (operator !== '!=') return { text, isExact };
    // Whatever is compared with null is unknown; there it differs.
    return this.#version === 'v2'
      ? { text, isExact: false }
      : { text: `(${text} and ${field.name} ne null)`, isExact };
  }

  /** A service keeps more digits than it shows: a millisecond is all from its beginning to its end. */
  #shortened(field: SapField, operator: Operator, value: string): Condition | undefined {
    const type = stepTypeOf(field);
    if (stepOf(type, value) !== value) return undefined;
    const from = literalOf(field, 'v2', value);
    const to = literalOf(field, 'v2', stepAfter(type, value));
    if (from === undefined || to === undefined) return undefined;
    const { name } = field;
    const text = {
      '=': `(${name} ge ${from} and ${name} lt ${to})`,
      '!=': `(${name} lt ${from} or ${name} ge ${to})`,
      '<': `${name} lt ${from}`,
      '<=': `${name} lt ${to}`,
      '>': `${name} ge ${to}`,
      '>=': `${name} ge ${from}`,
    }[operator];
    return { text, isExact: true };
  }

  #list(field: SapField, values: readonly (string | null)[]): Condition | undefined {
    const given = values.filter((value) => value !== null);
    return anyOf(given.map((value) => this.#comparison(field, '=', value)));
  }
}

/** What a pattern begins with. */
function startOf(field: SapField, { steps }: Pattern): Condition | undefined {
  const [first] = steps;
  if (field.edm !== 'Edm.String' || first?.kind !== 'text') return undefined;
  const text = `startswith(${field.name},'${first.text.replaceAll("'", "''")}')`;
  return { text, isExact: false };
}

function allOf(terms: readonly (Condition | undefined)[]): Condition | undefined {
  const said = terms.filter((term) => term !== undefined);
  if (said.length === 0) return undefined;
  const isExact = said.length === terms.length && said.every((term) => term.isExact);
  return { text: joined(said, 'and'), isExact };
}

function anyOf(terms: readonly (Condition | undefined)[]): Condition | undefined {
  const said = terms.filter((term) => term !== undefined);
  if (said.length < terms.length || said.length === 0) return undefined;
  return { text: joined(said, 'or'), isExact: said.every((term) => term.isExact) };
}

function joined(terms: readonly Condition[], word: string): string {
  return terms.length === 1 && terms[0]
    ? terms[0].text
    : `(${terms.map(({ text }) => text).join(` ${word} `)})`;
}
