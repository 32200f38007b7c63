import type { Db } from '../../../runtime/database/database.ts';

type Found = { id: string; name: string; provider: string };

/** By id or by name, at most two. */
export async function selectConnectionsNamed(
  db: Db,
  organization: number,
  given: string,
): Promise<Found[]> {
  return db.rows<Found>(
    `select id, name, provider from sync.connection
     where organization_id = $1 and (id = $2 or name = $2) order by id limit 2`,
    [organization, given],
  );
}
