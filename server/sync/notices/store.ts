import type { Db } from '../../runtime/database/database.ts';
import type { ConnectionRow } from '../connections/store.ts';

/** Whether there is such a webhook. */
export async function selectWebhookId(db: Db, organization: number, id: string) {
  const rows = await db.rows('select from sync.webhook where organization_id = $1 and id = $2', [
    organization,
    id,
  ]);
  return rows.length > 0;
}

type Candidate = Pick<ConnectionRow, 'id' | 'config'>;

/** The connections of a provider that work, at most so many. */
export async function selectActiveConnections(
  db: Db,
  organization: number,
  provider: string,
  limit: number,
): Promise<Candidate[]> {
  return db.rows<Candidate>(
    `select id, config from sync.connection
     where organization_id = $1 and provider = $2 and status = 'active' order by id limit $3`,
    [organization, provider, limit],
  );
}
