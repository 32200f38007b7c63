/**
 * What of records that came out one after the other is not as it was, in the same members of each: the
 * names of those that are another or new, of those that are gone, how many records, and the values of the
 * first record, of the second, and so on.
 */
export type Group = [names: string[], gone: string[], count: number, values: unknown[]];

/** @throws what looking at it throws */
export function changesOf(before: object, after: object): Group {
  const given = before as Record<string, unknown>;
  const made = after as Record<string, unknown>;
  return plainChangesOf(given, made) ?? anyChangesOf(given, made);
}

/** Adds what came out of one record to what came out before it. */
export function join(groups: object[], group: Group): void {
  const [names, gone, , values] = group;
  const last = groups.at(-1) as Group | undefined;
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
    values.push(value);
  }
  return [names, [], 1, values];
}

export function anyChangesOf(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Group {
  const names: string[] = [];
  const values: unknown[] = [];
  for (const name of Object.keys(after)) {
    const value = after[name];
    if (isLeftOut(value)) continue;
    // What an object holds may have changed in its place.
    const isObject = typeof value === 'object' && value !== null;
    if (Object.hasOwn(before, name) && value === before[name] && !isObject) continue;
    names.push(name);
    values.push(value);
  }
  return [names, Object.keys(before).filter((name) => isGone(after, name)), 1, values];
}

export function isGone(after: object, name: string): boolean {
  const isOwn = Object.prototype.propertyIsEnumerable.call(after, name);
  return !isOwn || isLeftOut((after as Record<string, unknown>)[name]);
}

/** JSON has no such values: an object is written without these members. */
export function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}

/** Each record by itself again. */
export function partedOf(groups: object[]): Group[] {
  return (groups as Group[]).flatMap(([names, gone, count, values]) =>
    Array.from({ length: count }, (_, nth): Group => {
      const own = values.slice(nth * names.length, (nth + 1) * names.length);
      return [names, gone, 1, own];
    }),
  );
}
