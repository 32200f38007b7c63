import type { Batch, Group } from './batch.ts';
import { memberOf } from './texts.ts';

/** Adds what came out of one record to what came out before it. */
export function join(groups: Group[], group: Group): void {
  const [names, gone, , values] = group;
  const last = groups.at(-1);
  if (!last || !isSame(last[0], names) || !isSame(last[1], gone)) {
    groups.push(group);
    return;
  }
  last[2] += 1;
  for (let at = 0; at < values.length; at += 1) last[3].push(values[at]);
}

export function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

/**
 * Adds a record whose members are those that it had, none an object, where those are another that were
 * another in the record before: most often. False: it has to be looked at closely.
 */
export function joinPlainly(batch: Batch, after: Record<string, unknown>): boolean {
  const last = batch.groups.at(-1);
  const count = batch.given.names.length;
  // Of records that are JSON it is not known here what they were.
  if (count === 0 || !last || last[1].length > 0) return false;
  if (Object.keys(after).length !== count) return false;
  const [expected, , , all] = last;
  const begun = all.length;
  let isJoined = false;
  try {
    isJoined = pushPlainly(batch, after, { expected, all });
  } finally {
    if (!isJoined) all.length = begun;
  }
  if (isJoined) last[2] += 1;
  else batch.characters = 0;
  return isJoined;
}

export function pushPlainly(
  batch: Batch,
  after: Record<string, unknown>,
  { expected, all }: { expected: readonly string[]; all: unknown[] },
): boolean {
  const { names, values } = batch.given;
  let met = 0;
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] as string;
    const value = after[name];
    // What is inherited is an object, a function or nothing at all.
    if (isLeftOut(value) || (typeof value === 'object' && value !== null)) return false;
    if (value === values[at]) continue;
    if (name !== expected[met]) return false;
    met += 1;
    all.push(memberOf(batch, value));
  }
  return met === expected.length;
}

/** @throws what looking at it throws, and what can't be said in JSON without a silent change */
export function changesOf(
  batch: Batch,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Group {
  const names: string[] = [];
  const values: unknown[] = [];
  const met = new Set<string>();
  for (const name of Object.keys(after)) {
    const value = after[name];
    if (isLeftOut(value)) continue;
    // What an object holds may have changed in its place.
    const isObject = typeof value === 'object' && value !== null;
    const isSame = Object.hasOwn(before, name) && value === before[name] && !isObject;
    const told = isSame ? value : memberOf(batch, value);
    if (told === undefined) continue;
    met.add(name);
    if (isSame) continue;
    names.push(name);
    values.push(told);
  }
  return [names, Object.keys(before).filter((name) => !met.has(name)), 1, values];
}

/** JSON has no such values: an object is written without these members. */
export function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}
