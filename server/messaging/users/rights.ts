import type { Caller } from '../../platform/access/callers.ts';

/** Whoever opened something runs it, and owners and admins do. */
export function runs(
  { caller }: { caller: Caller },
  place: { created_by: number | null },
  actor: { id: number },
): boolean {
  const administers = caller.kind === 'member' && caller.role !== 'member';
  return administers || place.created_by === actor.id;
}
