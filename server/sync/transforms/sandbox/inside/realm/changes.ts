import type { Bounds } from './batch.ts';
import { textsOf } from './outcome.ts';

/**
 * What of a record is not as it was: the name and the value of each member that is another or new, one
 * after the other. Where members are gone, an array of their names comes first.
 */
export function changesOf(before: object, after: object): unknown[] {
  const given = before as Record<string, unknown>;
  const changes: unknown[] = [];
  let met = 0;
  for (const name of Object.keys(after)) {
    const value = (after as Record<string, unknown>)[name];
    if (isLeftOut(value)) continue;
    const isGiven = Object.hasOwn(given, name);
    if (isGiven) met += 1;
    // What an object holds may have changed in its place.
    if (!isGiven || value !== given[name] || (typeof value === 'object' && value !== null)) {
      changes.push(name, value);
    }
  }
  const names = Object.keys(given);
  if (met < names.length) changes.unshift(names.filter((name) => isGone(after, name)));
  return changes;
}

/** An object that may be something else in JSON, as what it is there. */
export function plainOf(value: object, bounds: Bounds): object {
  return JSON.parse(textsOf([value], bounds, '{')[0] as string);
}

export function isGone(after: object, name: string): boolean {
  const isOwn = Object.prototype.propertyIsEnumerable.call(after, name);
  return !isOwn || isLeftOut((after as Record<string, unknown>)[name]);
}

/** JSON has no such values: an object is written without these members. */
export function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}
