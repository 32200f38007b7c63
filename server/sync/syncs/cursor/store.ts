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

const batchMax = 1_000;
/** Where positions are kept, and by what a sync is named there. */
const keepers = [
  ['sync.sync', 'id'],
  ['sync.run', 'sync_id'],
  ['sync.cursor_history', 'sync_id'],
] as const;

/** Writes each position of a sync in another way: its own, those of its runs, and where it has been. */
export async function rewritePositions(
  tx: Tx,
  organization: number,
  syncId: string,
  rewrite: (position: string) => string,
): Promise<void> {
  for (const [table, column] of keepers) {
    const ofSync = `organization_id = $1 and ${column} = $2`;
    let after = '';
    for (;;) {
      const rows = await tx.rows<{ id: string; position: string }>(
        `select id::text as id, position from ${table}
         where ${ofSync} and position is not null and id::text collate "C" > $3
         order by id::text collate "C" limit $4`,
        [organization, syncId, after, batchMax],
      );
      const last = rows.at(-1);
      if (!last) break;
      await tx.rows(
        `update ${table} set position = written.position
         from unnest($3::text[], $4::text[]) as written (key, position)
         where ${ofSync} and id::text = written.key`,
        [organization, syncId, rows.map(({ id }) => id), rows.map((one) => rewrite(one.position))],
      );
      after = last.id;
    }
  }
}
