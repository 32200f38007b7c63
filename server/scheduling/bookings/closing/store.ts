import type { Tx } from '../../../runtime/database/database.ts';

/**
 * Deletes bookings. An occurrence keeps its place in its series, so that it does not come again;
 * with `leavesSeries` it gives that up.
 */
export async function updateBookingsClosed(
  tx: Tx,
  organization: number,
  ids: readonly number[],
  now: Date,
  { leavesSeries = false } = {},
): Promise<void> {
  if (ids.length === 0) return;
  await tx.rows(
    `update scheduling.booking
     set status = 'closed', held_until = null, hold_token_hash = null, updated_at = $3
       ${leavesSeries ? ', series_id = null, series_index = null' : ''}
     where organization_id = $1 and id = any($2)`,
    [organization, ids, now],
  );
}
