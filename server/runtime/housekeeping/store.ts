import type { Tx } from '../database/tx.ts';

/** Tables whose rows are deleted by age, and the column that tells it; each has an index on it. */
const ages = {
  'platform.audit': 'created_at',
  'platform.idempotency': 'created_at',
  'platform.invitation': 'least(accepted_at, revoked_at, expires_at)',
  'platform.mail': 'created_at',
  'platform.session': 'expires_at',
  'platform.used_code': 'used_at',
  'platform.verification': 'expires_at',
  'sync.applied': 'created_at',
  'sync.cause': 'until',
  'sync.cursor_history': 'created_at',
  'sync.delivery': 'created_at',
  'sync.delivery_due': 'created_at',
  'sync.refresh_token': 'expires_at',
  'sync.rejected': 'created_at',
  'sync.run': 'finished_at',
  'sync.run_log': 'at',
  'sync.webhook_event': 'created_at',
  'sync.told': 'created_at',
  'sync.workflow_run': 'finished_at',
};

export type Aging = keyof typeof ages;

/** Readers of the event log do not wait for this transaction, which must not write to the log. */
export function beginHousekeeping(tx: Tx): void {
  tx.write('select platform.begin_housekeeping()');
}

/**
 * Deletes the oldest rows that are older than `before`; answers how many, and the age of the last
 * one. `from` is that of the batch before: rows that are dead already are not scanned again.
 */
export async function deleteAged(
  tx: Tx,
  table: Aging,
  { from, before, limit }: { from: Date | null; before: Date; limit: number },
): Promise<{ deleted: number; last: Date | null }> {
  const age = ages[table];
  const [row] = await tx.rows<{ deleted: number; last: Date | null }>(
    `with gone as (
       delete from ${table} where ctid = any(array(
         select ctid from ${table}
         where ${age} < $1 and ${age} >= coalesce($2::timestamptz, '-infinity')
         order by ${age} limit $3))
       returning ${age} as age)
     select count(*)::int as deleted, max(age) as last from gone`,
    [before, from, limit],
  );
  return row as NonNullable<typeof row>;
}
