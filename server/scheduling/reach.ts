import type { Caller } from '../platform/access/callers.ts';

/** The practices that a caller may access; null: all of the organization. */
export type Reach = readonly number[] | null;

/**
 * Consumers reach some or all; people who work for the organization reach all, and other callers
 * none.
 */
export function reachOf(caller: Caller): Reach {
  if (caller.kind === 'consumer') return caller.practiceIds;
  return caller.kind === 'member' || caller.kind === 'operator' ? null : [];
}
