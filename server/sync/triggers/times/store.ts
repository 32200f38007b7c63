import type { Tx } from '../../../runtime/database/database.ts';
import { type TriggerRow, triggerColumns } from '../store.ts';

/** Those whose time has come, and those that should have a time and have none; of all organizations. */
export async function lockDueTriggers(tx: Tx, now: Date, limit: number): Promise<TriggerRow[]> {
  return tx.rows<TriggerRow>(
    `select ${triggerColumns} from sync.trigger
     where enabled and type = 'schedule' and (next_run_at <= $1 or next_run_at is null)
     order by next_run_at limit $2 for update skip locked`,
    [now, limit],
  );
}

export async function updateNextRun(
  tx: Tx,
  organization: number,
  id: string,
  next: Date | null,
): Promise<void> {
  await tx.rows('update sync.trigger set next_run_at = $3 where organization_id = $1 and id = $2', [
    organization,
    id,
    next,
  ]);
}
