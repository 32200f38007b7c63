import type { Db } from '../../../runtime/database/database.ts';
import { columns, type SyncRow, standing } from '../../syncs/store.ts';

/** Those of some syncs that are there. */
export async function selectNamedSyncs(
  db: Db,
  organization: number,
  ids: readonly string[],
): Promise<SyncRow[]> {
  return db.rows<SyncRow>(
    `select ${columns}, ${standing} from sync.sync s
     where s.organization_id = $1 and s.id = any($2) and s.watches is null`,
    [organization, ids],
  );
}
