import type { Caller } from '../platform/access/callers.ts';

/** The practices that a caller may access; null: all of the organization. */
export type Reach = readonly number[] | null;

/**
 * Consumers reach some or all; people who work for the organization, and keys that were given scopes
 * here, reach all, and other callers none.
 */
export function reachOf(caller: Caller): Reach {
  if (caller.kind === 'consumer') return caller.resourceIds;
  if (caller.kind === 'key') return caller.resourceIds ?? null;
  return caller.kind === 'member' || caller.kind === 'operator' ? null : [];
}

/** Whether one reach has all of another. */
export function covers(one: Reach, other: Reach): boolean {
  return one === null || (other?.every((id) => one.includes(id)) ?? false);
}
