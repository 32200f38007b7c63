import type { Db, Tx } from '../../../runtime/database/database.ts';

export type StorageRow = { bytes: number; bytes_max: number | null };

export async function selectStorage(db: Db, organization: number): Promise<StorageRow> {
  const [row] = await db.rows<StorageRow>(
    'select bytes, bytes_max from platform.storage where organization_id = $1',
    [organization],
  );
  return row ?? { bytes: 0, bytes_max: null };
}

/** Pictures that still have no thumbnail. */
export async function selectWaitingCount(db: Db, organization: number): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    `select count(*)::int as count from platform.file
     where organization_id = $1 and draw_at is not null`,
    [organization],
  );
  return row?.count ?? 0;
}

export async function upsertQuota(tx: Tx, organization: number, max: number | null): Promise<void> {
  await tx.rows(
    `insert into platform.storage (organization_id, bytes_max) values ($1, $2)
     on conflict (organization_id) do update set bytes_max = excluded.bytes_max`,
    [organization, max],
  );
}
