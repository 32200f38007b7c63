import type { Field } from '../connectors/connector.ts';
import type { Json } from '../values/types.ts';

/** The members of a record that a transform made something else of; `undefined`: it is gone. */
export type Changes = ReadonlyMap<string, Json | undefined>;

export const none: Changes = new Map();

/** What the sandbox says of one record; undefined when that makes no sense. */
export function readChanges(said: Json | undefined): Changes | undefined {
  if (!Array.isArray(said)) return undefined;
  if (said.length === 0) return none;
  const gone = Array.isArray(said[0]) ? said[0] : [];
  const changes = new Map<string, Json | undefined>();
  for (const name of gone) {
    if (typeof name !== 'string') return undefined;
    changes.set(name, undefined);
  }
  for (let at = Array.isArray(said[0]) ? 1 : 0; at < said.length; at += 2) {
    const [name, value] = [said[at], said[at + 1]];
    if (typeof name !== 'string' || value === undefined) return undefined;
    changes.set(name, value);
  }
  return changes;
}

/** What came of it after another transform. */
export function withMore(before: Changes, after: Changes): Changes {
  if (before.size === 0 || after.size === 0) return before.size === 0 ? after : before;
  return new Map([...before, ...after]);
}

/** The names that came out and are none of the fields. */
export function madeIn(all: Iterable<Changes>, fields: readonly Field[]): string[] {
  const names = new Set<string>();
  for (const changes of all) {
    for (const [name, value] of changes) if (value !== undefined) names.add(name);
  }
  for (const { name } of fields) names.delete(name);
  return [...names];
}
