import type { Caller } from '../platform/access/callers.ts';
import { AppError } from '../runtime/errors.ts';

/** Who made a row: one of these has an id, the other is null. */
export type Owner = { consumer_id: number | null; member_id: number | null };

/**
 * The owner of what a caller makes. @throws AppError forbidden (403) for callers that cannot own
 * anything
 */
export function ownerOf({ kind, id }: Caller): Owner {
  if (kind === 'consumer') return { consumer_id: id, member_id: null };
  if (kind === 'member') return { consumer_id: null, member_id: id };
  throw new AppError('forbidden');
}

/** Whether a caller made a row; the operator may do what its maker may. */
export function owns({ kind, id }: Caller, { consumer_id, member_id }: Owner): boolean {
  if (kind === 'operator') return true;
  if (kind === 'consumer') return consumer_id === id;
  return kind === 'member' && member_id === id;
}
