import type { Db, Tx } from '../../../runtime/database/database.ts';
import { type User, usersMax } from '../../conventions/in-use.ts';

/** Why a trigger sees nothing at present. */
export async function updateTriggerFailed(
  tx: Tx,
  organization: number,
  id: string,
  message: string | null,
): Promise<void> {
  await tx.rows(
    `update sync.trigger set status = 'error', message = $3 where organization_id = $1 and id = $2`,
    [organization, id, message],
  );
}

/** It sees again what there is. */
export async function updateTriggerMended(tx: Tx, organization: number, id: string): Promise<void> {
  await tx.rows(
    `update sync.trigger set status = 'active', message = null
     where organization_id = $1 and id = $2 and status = 'error'`,
    [organization, id],
  );
}

/** By this watch everything is seen from now on. */
export async function updateTriggerWatching(
  tx: Tx,
  organization: number,
  watch: string,
): Promise<void> {
  await tx.rows(
    `update sync.trigger set status = 'active', message = null
     where organization_id = $1 and watch_id = $2 and status <> 'active'`,
    [organization, watch],
  );
}

/** Some triggers that run a sync. */
export function selectTriggersRunning(db: Db, organization: number, id: string): Promise<User[]> {
  return db.rows<User>(
    `select id, name from sync.trigger where organization_id = $1 and sync_id = $2
     order by id limit ${usersMax}`,
    [organization, id],
  );
}
