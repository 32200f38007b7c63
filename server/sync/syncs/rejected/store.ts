import type { Db, Tx } from '../../../runtime/database/database.ts';

export type RejectedRow = {
  id: number;
  encrypted_record: Buffer;
  field: string | null;
  reason: string;
  created_at: Date;
  retried_at: Date | null;
};

/** `after`: the id of the last one before the page. */
export async function selectRejected(
  db: Db,
  organization: number,
  runId: string,
  { after, limit }: { after: number | null; limit: number },
): Promise<RejectedRow[]> {
  return db.rows<RejectedRow>(
    `select id::float8 as id, encrypted_record, field, reason, created_at, retried_at
     from sync.rejected where organization_id = $1 and run_id = $2 and id > coalesce($3, 0) order by id limit $4`,
    [organization, runId, after, limit],
  );
}

export type RejectedToStore = {
  encrypted: Buffer;
  field: string | null;
  reason: string;
  isKnown: boolean;
  /** Whom it tells of. */
  subject: string | null;
};

/** Whoever does the run; a later one refuses what this one would still write. */
export type Held = { organization: number; runId: string; fence: number };
const isHeld = `exists (select from sync.run where organization_id = $1 and id = $2`;

/** `after`: tells where the destination stood, so that all can be taken back. */
export async function insertRejected(
  tx: Tx,
  { organization, runId, fence }: Held,
  rows: readonly RejectedToStore[],
  { after, now }: { after: Buffer; now: Date },
): Promise<void> {
  await tx.rows(
    `insert into sync.rejected (organization_id, run_id, encrypted_record, field, reason, is_known,
       subject, after_position, created_at)
     select $1, $2, r.record, r.field, r.reason, r.is_known, r.subject, $8, $9
     from unnest($3::bytea[], $4::text[], $5::text[], $6::boolean[], $7::text[])
       as r (record, field, reason, is_known, subject)
     where ${isHeld} and fence = $10)`,
    [
      organization,
      runId,
      rows.map((one) => one.encrypted),
      rows.map((one) => one.field),
      rows.map((one) => one.reason),
      rows.map((one) => one.isKnown),
      rows.map((one) => one.subject),
      after,
      now,
      fence,
    ],
  );
}

/** Those that tell of somebody or something. */
export async function deleteRejectedOf(tx: Tx, organization: number, subject: string) {
  await tx.rows('delete from sync.rejected where organization_id = $1 and subject = $2', [
    organization,
    subject,
  ]);
}

export async function deleteRejectedAfter(
  tx: Tx,
  { organization, runId, fence }: Held,
  after: Buffer,
): Promise<void> {
  await tx.rows(
    `delete from sync.rejected where organization_id = $1 and run_id = $2 and after_position = $3
       and ${isHeld} and fence = $4)`,
    [organization, runId, after, fence],
  );
}

/** Of how many it is not known which record of a mirror they would be. */
export async function selectRejectedCounts(
  db: Db,
  organization: number,
  runId: string,
): Promise<{ all: number; unknown: number }> {
  const [row] = await db.rows<{ all: number; unknown: number }>(
    `select count(*)::float8 as all, count(*) filter (where not is_known)::float8 as unknown
     from sync.rejected where organization_id = $1 and run_id = $2`,
    [organization, runId],
  );
  return row ?? { all: 0, unknown: 0 };
}

export async function updateRejectedRetried(
  tx: Tx,
  organization: number,
  runId: string,
  now: Date,
): Promise<void> {
  await tx.rows(
    'update sync.rejected set retried_at = $3 where organization_id = $1 and run_id = $2',
    [organization, runId, now],
  );
}
