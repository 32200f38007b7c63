import type { Batch, Group } from './batch.ts';
import { memberOf } from './texts.ts';

/** @throws what looking at it throws, and what can't be said in JSON without a silent change */
export function changesOf(batch: Batch, after: object): Group {
  const given = batch.before as Record<string, unknown>;
  const made = after as Record<string, unknown>;
  const { characters } = batch;
  const plain = plainChangesOf(batch, given, made);
  if (plain) return plain;
  batch.characters = characters;
  return anyChangesOf(batch, given, made);
}

/** Adds what came out of one record to what came out before it. */
export function join(groups: Group[], group: Group): void {
  const [names, gone, , values] = group;
  const last = groups.at(-1);
  if (!last || gone.length > 0 || last[1].length > 0 || !isSame(last[0], names)) {
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

/** Where there are as many members as there were, all of them no objects and none gone: most often. */
export function plainChangesOf(
  batch: Batch,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Group | undefined {
  const all = Object.keys(before);
  if (Object.keys(after).length !== all.length) return undefined;
  const names: string[] = [];
  const values: unknown[] = [];
  for (let at = 0; at < all.length; at += 1) {
    const name = all[at] as string;
    const value = after[name];
    // What is inherited is an object, a function or nothing at all.
    if (isLeftOut(value) || (typeof value === 'object' && value !== null)) return undefined;
    if (value === before[name]) continue;
    names.push(name);
    values.push(memberOf(batch, value));
  }
  return [names, [], 1, values];
}

export function anyChangesOf(
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
