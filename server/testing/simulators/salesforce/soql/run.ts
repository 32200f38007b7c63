import { ApiFailure } from '../failures.ts';
import type { FieldKind, SimulatedField, SimulatedObject } from '../objects.ts';
import type { Org, SimulatedRecord, Value } from '../org.ts';
import type { Condition, Literal, Query } from './parse.ts';

/** A field that is asked for: one of the object, or one of the record that a reference leads to. */
export type Asked = {
  readonly field: SimulatedField;
  /** The relationship, and what is asked of the record behind it. */
  readonly path?: readonly [string, string];
};

const numbers: readonly FieldKind[] = ['int', 'double', 'currency'];
const quotedKinds: readonly FieldKind[] = [
  ...(['id', 'reference', 'string', 'textarea', 'picklist', 'email', 'phone'] as const),
];

export function objectOf(org: Org, { object }: Query): SimulatedObject {
  const found = org.object(object);
  if (found) return found;
  throw new ApiFailure(400, 'INVALID_TYPE', `sObject type '${object}' is not supported.`);
}

/** The field of a name, without regard to case. */
export function askedOf(object: SimulatedObject, name: string): Asked {
  const [first = '', second] = name.split('.');
  const wanted = second === undefined ? first : `${first}Id`;
  const field = object.fields.find((one) => one.name.toLowerCase() === wanted.toLowerCase());
  if (!field || (second !== undefined && field.kind !== 'reference')) {
    const message = `No such column '${name}' on entity '${object.name}'.`;
    throw new ApiFailure(400, 'INVALID_FIELD', message);
  }
  return second === undefined ? { field } : { field, path: [first, second] };
}

/** The records that a query finds, in its order. */
export function recordsOf(org: Org, query: Query): SimulatedRecord[] {
  const object = objectOf(org, query);
  const isFound = query.where ? testOf(object, query.where) : () => true;
  const found = org.all(object.name).filter(isFound);
  for (const { field, isDescending, nullsLast } of query.order.toReversed()) {
    const { name, kind } = requireFilterable(object, field);
    const sign = isDescending ? -1 : 1;
    found.sort((one, other) => {
      const [a = null, b = null] = [one[name], other[name]];
      if (a === null || b === null) {
        return a === b ? 0 : (a === null) === nullsLast ? 1 : -1;
      }
      return sign * compare(kind, a, b);
    });
  }
  return found.slice(query.offset, query.limit && query.offset + query.limit);
}

/** Of the record behind a reference, what is asked. */
export function heldBy(org: Org, record: SimulatedRecord, { field, path }: Asked): Value {
  const own = record[field.name] ?? null;
  if (!path) return own;
  const behind = own === null ? undefined : org.recordOf(String(own));
  if (!behind) return null;
  if (path[1].toLowerCase() === 'type') return behind.object.name;
  return behind.record[askedOf(behind.object, path[1]).field.name] ?? null;
}

function requireFilterable(object: SimulatedObject, name: string): SimulatedField {
  const { field } = askedOf(object, name);
  if (field.isFilterable !== false) return field;
  const message = `field '${field.name}' can not be filtered in a query call`;
  throw new ApiFailure(400, 'INVALID_FIELD', message);
}

function testOf(
  object: SimulatedObject,
  condition: Condition,
): (record: SimulatedRecord) => boolean {
  switch (condition.kind) {
    case 'not': {
      const test = testOf(object, condition.term);
      return (record) => !test(record);
    }
    case 'and':
    case 'or': {
      const tests = condition.terms.map((term) => testOf(object, term));
      return condition.kind === 'and'
        ? (record) => tests.every((test) => test(record))
        : (record) => tests.some((test) => test(record));
    }
    default: {
      const field = requireFilterable(object, condition.field);
      for (const value of condition.values) requireFitting(field, value);
      return comparisonOf(field, condition);
    }
  }
}

/** The system's own: texts without regard to case, `!=` finds what is null, and an empty text is null. */
function comparisonOf(
  { name, kind }: SimulatedField,
  { operator, values }: Condition & { kind: 'compare' },
): (record: SimulatedRecord) => boolean {
  const wanted = values.map((value) => cellOf(kind, value));
  const [first = null] = wanted;
  if (operator === 'LIKE') {
    const like = likeOf(values[0]?.pattern ?? '');
    return (record) => record[name] != null && like.test(String(record[name]));
  }
  const isOne = (record: SimulatedRecord) =>
    wanted.some((one) => isSame(kind, record[name] ?? null, one));
  if (operator === '=' || operator === 'IN') return isOne;
  if (['!=', '<>', 'NOT IN'].includes(operator)) return (record) => !isOne(record);
  return (record) => {
    const own = record[name] ?? null;
    if (own === null || first === null) return false;
    const sign = compare(kind, own, first);
    if (sign === 0) return operator.endsWith('=');
    return operator.startsWith('<') ? sign < 0 : sign > 0;
  };
}

function cellOf(kind: FieldKind, { kind: literal, text }: Literal): Value {
  if (literal === 'null' || text === '') return null;
  if (kind === 'boolean') return text === 'true';
  if (kind === 'datetime')
    return new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).toISOString();
  return text;
}

function isSame(kind: FieldKind, one: Value, other: Value): boolean {
  if (one === null || other === null) return one === other;
  return compare(kind, one, other) === 0;
}

function compare(kind: FieldKind, one: Value, other: Value): number {
  if (numbers.includes(kind)) return Number(one) - Number(other);
  const isFolded = quotedKinds.includes(kind) && kind !== 'id' && kind !== 'reference';
  const [a, b] = [one, other].map((value) =>
    isFolded ? String(value).toLowerCase() : String(value),
  ) as [string, string];
  const length = kind === 'id' || kind === 'reference' ? Math.min(a.length, b.length) : undefined;
  const [left, right] = [a.slice(0, length), b.slice(0, length)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function requireFitting({ name, kind }: SimulatedField, value: Literal): void {
  if (value.kind === 'null') return;
  const isQuoted = value.kind === 'string';
  if (isQuoted === quotedKinds.includes(kind)) return;
  const how = isQuoted ? 'should not be enclosed in quotes' : 'should be enclosed in quotes';
  const message = `value of filter criterion for field '${name}' must be of type ${kind} and ${how}`;
  throw new ApiFailure(400, 'INVALID_FIELD', message);
}

function likeOf(pattern: string): RegExp {
  const source = pattern.replace(/\\([\s\S])|[\s\S]/g, (sign, escaped?: string) => {
    if (escaped !== undefined) return RegExp.escape(escaped);
    return sign === '%' ? '[^]*' : sign === '_' ? '[^]' : RegExp.escape(sign);
  });
  return new RegExp(`^${source}$`, 'i');
}
