import type { Db, Tx } from '../../../runtime/database/database.ts';

export type LogRow = {
  id: number;
  at: Date;
  level: 'info' | 'warning' | 'error';
  encrypted_message: Buffer;
};

export async function selectLog(
  db: Db,
  organization: number,
  runId: string,
  { after, limit }: { after: number | null; limit: number },
): Promise<LogRow[]> {
  return db.rows<LogRow>(
    `select id::float8 as id, at, level, encrypted_message from sync.run_log
     where organization_id = $1 and run_id = $2 and id > coalesce($3, 0) order by id limit $4`,
    [organization, runId, after, limit],
  );
}

export async function insertLog(
  tx: Tx,
  organization: number,
  runId: string,
  { at, level, encrypted_message }: Omit<LogRow, 'id'>,
): Promise<void> {
  await tx.rows(
    `insert into sync.run_log (organization_id, run_id, at, level, encrypted_message)
     values ($1, $2, $3, $4, $5)`,
    [organization, runId, at, level, encrypted_message],
  );
}
