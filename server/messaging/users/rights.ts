import type { Caller } from '../../platform/access/callers.ts';

/** Whether somebody runs something: they opened it, or are an owner or admin. */
export function runs(
  { caller }: { caller: Caller },
  place: { created_by: number | null },
  actor: { id: number },
): boolean {
  const administers = caller.kind === 'member' && caller.role !== 'member';
  return administers || place.created_by === actor.id;
}
