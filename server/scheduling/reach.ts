import type { Caller } from '../platform/access/callers.ts';

/** The practices that a caller may know of; null: every one of the organization. */
export type Reach = readonly number[] | null;

/** Consumers have some or all, who works for the organization has all, and others none. */
export function reachOf(caller: Caller): Reach {
  if (caller.kind === 'consumer') return caller.resourceIds;
  return caller.kind === 'member' || caller.kind === 'operator' ? null : [];
}
