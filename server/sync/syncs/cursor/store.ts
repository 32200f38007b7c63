import type { Db, Tx } from '../../../runtime/database/database.ts';

export type PositionRow = {
  id: number;
  position: string | null;
  run_id: string | null;
  set_by: string | null;
  created_at: Date;
};

const keptMax = 1_000;

/** As it is shown; of each sync so many are kept. */
export async function insertPosition(
  tx: Tx,
  organization: number,
  syncId: string,
  { position, run_id, set_by, created_at }: Omit<PositionRow, 'id'>,
): Promise<void> {
  await tx.rows(
    `insert into sync.cursor_history (organization_id, sync_id, position, run_id, set_by, created_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [organization, syncId, position, run_id, set_by, created_at],
  );
  await tx.rows(
    `delete from sync.cursor_history where organization_id = $1 and sync_id = $2 and id <= (
       select id from sync.cursor_history where organization_id = $1 and sync_id = $2
       order by id desc offset $3 limit 1)`,
    [organization, syncId, keptMax],
  );
}

/** Newest first; `before`: the id of the last one of the page before. */
export async function selectPositions(
  db: Db,
  organization: number,
  syncId: string,
  { after, limit }: { after: number | null; limit: number },
): Promise<PositionRow[]> {
  return db.rows<PositionRow>(
    `select id::float8 as id, position, run_id, set_by, created_at from sync.cursor_history
     where organization_id = $1 and sync_id = $2 and ($3::bigint is null or id < $3)
     order by id desc limit $4`,
    [organization, syncId, after, limit],
  );
}
