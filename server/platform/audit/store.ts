import type { Action } from '../../../contract/events.ts';
import type { Tx } from '../../runtime/database/database.ts';

export async function insertAudit(
  tx: Tx,
  organization: number,
  entry: { actor: string; action: Action; subject: string; requestId: string; now: Date },
): Promise<void> {
  tx.write(
    `insert into platform.audit (organization_id, actor, action, subject, request_id, created_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [organization, entry.actor, entry.action, entry.subject, entry.requestId, entry.now],
  );
}
