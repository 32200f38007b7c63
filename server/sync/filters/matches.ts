import { type Comparison, comparisonOf } from '../values/compare.ts';
import { isExactNumber, readExactly } from '../values/exact-json.ts';
import type { FieldType, Json, Row } from '../values/types.ts';
import type { CheckedFilter, Leaf, Operand } from './checked.ts';
import { matcherOf } from './pattern.ts';

/** True, false, or unknown (null), as in SQL. */
type Truth = boolean | null;
type Test = (row: Row) => Truth;
type Read = (row: Row) => string | null;

/** Whether a row passes, decided here; what SQL would not know does not pass. */
export function matches(filter: CheckedFilter): (row: Row) => boolean {
  const test = testOf(filter);
  return (row) => test(row) === true;
}

function testOf(filter: CheckedFilter): Test {
  switch (filter.kind) {
    case 'and':
      return all(filter.terms.map(testOf), false);
    case 'or':
      return all(filter.terms.map(testOf), true);
    case 'not': {
      const test = testOf(filter.term);
      return (row) => not(test(row));
    }
    default:
      return leafOf(filter);
  }
}

/** Until one is `decisive`: false decides AND, true decides OR. */
function all(tests: readonly Test[], decisive: boolean): Test {
  return (row) => {
    let result: Truth = !decisive;
    for (const test of tests) {
      const one = test(row);
      if (one === decisive) return decisive;
      if (one === null) result = null;
    }
    return result;
  };
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function leafOf(leaf: Leaf): Test {
  const read = readerOf(leaf.operand);
  switch (leaf.kind) {
    case 'null':
      return leaf.operand.path.length > 0
        ? (row) => nestedIn(leaf.operand, row) === null
        : (row) => read(row) === null;
    case 'like': {
      if (leaf.pattern === null) return () => null;
      const isLike = matcherOf(leaf.pattern);
      return known(read, isLike);
    }
    case 'in':
      return inTest(read, comparisonOf(leaf.operand.type)!, leaf.values);
    case 'compare':
      return compareTest(read, comparisonOf(leaf.operand.type)!, leaf);
  }
}

function known(read: Read, decide: (text: string) => Truth): Test {
  return (row) => {
    const text = read(row);
    return text === null ? null : decide(text);
  };
}

function compareTest(
  read: Read,
  comparison: Comparison,
  { operator, value }: Leaf & { kind: 'compare' },
): Test {
  if (value === null) return () => null;
  const wanted = comparison.read(value);
  const accepts = {
    '=': (sign: number) => sign === 0,
    '!=': (sign: number) => sign !== 0,
    '<': (sign: number) => sign < 0,
    '<=': (sign: number) => sign <= 0,
    '>': (sign: number) => sign > 0,
    '>=': (sign: number) => sign >= 0,
  }[operator];
  return known(read, (text) => {
    const own = comparison.read(text);
    return own === undefined ? null : accepts(comparison.compare(own, wanted));
  });
}

/** Sorted once, then searched by halves. */
function inTest(
  read: Read,
  { read: readText, compare }: Comparison,
  values: readonly (string | null)[],
): Test {
  const wanted = values
    .filter((value) => value !== null)
    .map(readText)
    .sort(compare);
  const missing = wanted.length < values.length ? null : false;
  return known(read, (text) => {
    const own = readText(text);
    if (own === undefined) return null;
    let [low, high] = [0, wanted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const sign = compare(own, wanted[middle]);
      if (sign === 0) return true;
      if (sign < 0) high = middle;
      else low = middle + 1;
    }
    return missing;
  });
}

function readerOf(operand: Operand): Read {
  const { index, path, type } = operand;
  if (path.length === 0) return (row) => row[index] ?? null;
  return (row) => nestedText(type, nestedIn(operand, row));
}

/** What is of another type than it is compared with is unknown. */
function nestedText({ kind }: FieldType, value: Json): string | null {
  if (kind === 'text') return typeof value === 'string' ? value : null;
  if (kind === 'boolean') return typeof value === 'boolean' ? String(value)[0]! : null;
  if (isExactNumber(value)) return value.rawJSON;
  return typeof value === 'number' ? String(value) : null;
}

function nestedIn({ index, path }: Operand, row: Row): Json {
  const text = row[index] ?? null;
  if (text === null) return null;
  let value: Json = readExactly(text) ?? null;
  for (const name of path) {
    if (value === null || typeof value !== 'object' || isExactNumber(value)) return null;
    const member: Json | undefined = Array.isArray(value)
      ? value[/^\d{1,9}$/.test(name) ? Number(name) : -1]
      : Object.hasOwn(value, name)
        ? value[name]
        : undefined;
    if (member === undefined) return null;
    value = member;
  }
  return value;
}
