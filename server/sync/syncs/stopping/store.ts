import type { Tx } from '../../../runtime/database/database.ts';

/** Those that use a connection; answers their ids. */
export async function updateSyncsStopped(
  tx: Tx,
  organization: number,
  connectionId: string,
  now: Date,
): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `update sync.sync set enabled = false, next_run_at = null, updated_at = $3
     where organization_id = $1 and (source_id = $2 or destination_id = $2) returning id`,
    [organization, connectionId, now],
  );
  return rows.map(({ id }) => id);
}
