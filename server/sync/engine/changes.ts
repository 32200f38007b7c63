import type { Field } from '../connectors/connector.ts';
import type { Json } from '../values/types.ts';

/** The members of a record that a transform made something else of; `undefined`: it is gone. */
export type Changes = ReadonlyMap<string, Json | undefined>;

/** What became of records that came out one after the other, in the same members of each. */
export type Group = {
  readonly names: readonly string[];
  /** The names of members that are gone. */
  readonly gone: readonly string[];
  readonly count: number;
  /** Those of the first record, in the order of the names, then those of the second, and so on. */
  readonly values: readonly Json[];
};

/** What the sandbox says of so many records. @throws TypeError when that makes no sense */
export function readGroups(said: string, count: number): Group[] {
  let told = 0;
  const groups = (JSON.parse(said) as Json[]).map((group): Group => {
    if (!Array.isArray(group)) throw senseless;
    const [names, gone, own, values] = group;
    if (!isTexts(names) || !isTexts(gone) || !Array.isArray(values)) throw senseless;
    if (typeof own !== 'number' || own < 1 || values.length !== own * names.length) throw senseless;
    told += own;
    return { names, gone, count: own, values };
  });
  if (told !== count) throw senseless;
  return groups;
}

const senseless = new TypeError('The sandbox says what makes no sense.');

function isTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** Of one record after the other. */
export function* changesIn(groups: readonly Group[]): Generator<Changes> {
  for (const { names, gone, count, values } of groups) {
    for (let nth = 0; nth < count; nth += 1) {
      const changes = new Map<string, Json | undefined>(gone.map((name) => [name, undefined]));
      for (const [at, name] of names.entries()) changes.set(name, values[nth * names.length + at]);
      yield changes;
    }
  }
}

/** Of one record after the other, together where they are alike. */
export function groupsOf(all: readonly Changes[]): Group[] {
  const groups: (Group & { count: number; values: Json[] })[] = [];
  for (const changes of all) {
    const group = groupOf(changes);
    const last = groups.at(-1);
    if (!last || !isSame(last.names, group.names) || !isSame(last.gone, group.gone)) {
      groups.push({ ...group, values: [...group.values] });
      continue;
    }
    last.count += 1;
    for (const value of group.values) last.values.push(value);
  }
  return groups;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}

function groupOf(changes: Changes): Group {
  const made = [...changes].filter((one): one is [string, Json] => one[1] !== undefined);
  const gone = [...changes].flatMap(([name, value]) => (value === undefined ? [name] : []));
  return {
    names: made.map(([name]) => name),
    gone,
    count: 1,
    values: made.map(([, value]) => value),
  };
}

/** Whether a system can have a field of this name. */
export function isName(name: string): boolean {
  return name !== '' && !name.includes('\0') && name.isWellFormed();
}

/** The names that came out, can be names of fields, and are none of them. */
export function madeIn(groups: readonly Group[], fields: readonly Field[]): string[] {
  const names = new Set(groups.flatMap((group) => group.names.filter(isName)));
  for (const { name } of fields) names.delete(name);
  return [...names];
}

/** What came out as this member. */
export function valuesOf(name: string, groups: readonly Group[]): Json[] {
  return groups.flatMap(({ names, count, values }) => {
    const at = names.indexOf(name);
    if (at < 0) return [];
    return Array.from({ length: count }, (_, nth) => values[nth * names.length + at] as Json);
  });
}
