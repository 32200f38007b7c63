import { type ObjectType, Refusal, type Stored } from './objects.ts';
import { instantOf } from './properties.ts';

type Filter = {
  propertyName: string;
  operator: string;
  value?: string;
  values?: string[];
  highValue?: string;
};
export type SearchBody = {
  filterGroups?: { filters?: Filter[] }[];
  sorts?: (string | { propertyName: string; direction?: string })[];
  properties?: string[];
  limit?: number;
  after?: string;
};

const resultsMax = 10_000;
const limitMax = 200;

/** @throws Refusal */
export function search(type: ObjectType, body: SearchBody, bytes: number) {
  refuseLarge(body, bytes);
  const { filterGroups = [], sorts = [], limit = 10, after = '0' } = body;
  const from = Number(after);
  if (from + limit > resultsMax) {
    throw bad(`paging.after and limit must not go beyond ${resultsMax}: ${from}`);
  }
  const test = testOf(type, filterGroups);
  const found = [...type.records.values()].filter(
    (record) => record.archivedAt === undefined && test(record),
  );
  const ordered = sorted(type, found, sorts[0]);
  const page = ordered.slice(from, from + limit);
  const next = from + limit < ordered.length ? String(from + limit) : undefined;
  return { total: ordered.length, page, next };
}

function refuseLarge({ filterGroups = [], sorts = [], limit = 10 }: SearchBody, bytes: number) {
  const filters = filterGroups.map((group) => group.filters?.length ?? 0);
  if (bytes > 3_000) throw bad('The request body must have at most 3000 characters');
  if (filters.length > 5) throw bad('Too many filterGroups: at most 5');
  if (filters.some((count) => count > 6)) throw bad('Too many filters in a filterGroup: at most 6');
  if (filters.reduce((sum, count) => sum + count, 0) > 18)
    throw bad('Too many filters: at most 18');
  if (sorts.length > 1) throw bad('At most one sort is allowed');
  if (limit < 1 || limit > limitMax) throw bad(`limit must be between 1 and ${limitMax}`);
}

type Test = (record: Stored) => boolean;

function testOf(type: ObjectType, groups: { filters?: Filter[] }[]): Test {
  if (groups.length === 0) return () => true;
  const tests = groups.map(({ filters = [] }) => filters.map((one) => filterTest(type, one)));
  return (record) => tests.some((group) => group.every((test) => test(record)));
}

function filterTest(type: ObjectType, filter: Filter): Test {
  const { propertyName, operator, value = '', values = [], highValue = '' } = filter;
  // Contacts are stamped by another property, which is not said: nothing is found.
  if (type.name === 'contacts' && propertyName === 'hs_lastmodifieddate') return () => false;
  const own = (record: Stored) => ownOf(type, propertyName, record);
  const known = (test: (one: number | string) => boolean, isMissingFound = false): Test => {
    return (record) => {
      const one = own(record);
      return one === undefined ? isMissingFound : test(one);
    };
  };
  const than = (text: string) => comparable(type, propertyName, text) as number | string;
  switch (operator) {
    case 'HAS_PROPERTY':
      return known(() => true);
    case 'NOT_HAS_PROPERTY':
      return known(() => false, true);
    case 'IN':
    case 'NOT_IN': {
      // Texts are looked for as they are given, which must be in small letters.
      const isText = ['string', 'enumeration'].includes(type.property(propertyName).type);
      const wanted = new Set(isText ? values : values.map(than));
      const isIn = operator === 'IN';
      return known((one) => wanted.has(one) === isIn, !isIn);
    }
    case 'BETWEEN': {
      const [low, high] = [than(value), than(highValue)];
      return known((one) => one >= low && one <= high);
    }
    default: {
      const compared = comparisons[operator];
      if (!compared) throw bad(`There is no operator ${operator}`);
      const wanted = than(value);
      // What is not there is different from everything.
      return known((one) => compared(one, wanted), operator === 'NEQ');
    }
  }
}

type Value = number | string;
const comparisons: Readonly<Record<string, (one: Value, other: Value) => boolean>> = {
  EQ: (one, other) => one === other,
  NEQ: (one, other) => one !== other,
  LT: (one, other) => one < other,
  LTE: (one, other) => one <= other,
  GT: (one, other) => one > other,
  GTE: (one, other) => one >= other,
};

function ownOf(type: ObjectType, name: string, record: Stored): Value | undefined {
  if (name === 'hs_object_id') return record.id;
  if (name === type.modifiedBy) return record.updatedAt;
  return comparable(type, name, type.valueOf(record, name));
}

/** Texts without regard to their case, numbers and times as numbers. */
function comparable(type: ObjectType, name: string, text: string | null): Value | undefined {
  const property = type.property(name);
  if (text === null) return undefined;
  if (property.type === 'number') return Number(text);
  if (property.type === 'date' || property.type === 'datetime') {
    const at = instantOf(text);
    if (at === undefined) throw bad(`${text} is no time`);
    return at;
  }
  return text.toLowerCase();
}

function sorted(
  type: ObjectType,
  found: Stored[],
  sort: NonNullable<SearchBody['sorts']>[number] | undefined,
) {
  if (sort === undefined) return found;
  const text = typeof sort === 'string' ? sort : sort.propertyName;
  const name = text.replace(/^-/, '');
  const isDown =
    text.startsWith('-') || (typeof sort === 'object' && sort.direction === 'DESCENDING');
  const keys = new Map(found.map((one) => [one, ownOf(type, name, one)] as const));
  // Records of one value come in no order that one could rely on.
  return found.sort((a, b) => compare(keys.get(a), keys.get(b)) * (isDown ? -1 : 1) || b.id - a.id);
}

function compare(a: Value | undefined, b: Value | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1;
  return a < b ? -1 : 1;
}

function bad(message: string): Refusal {
  return new Refusal(400, 'VALIDATION_ERROR', message);
}
