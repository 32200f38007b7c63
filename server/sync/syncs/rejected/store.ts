import type { Db, Tx } from '../../../runtime/database/database.ts';

export type RejectedRow = {
  id: number;
  encrypted_record: Buffer;
  field: string | null;
  /** None of those that were set aside before reasons were encrypted. */
  encrypted_reason: Buffer | null;
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
    `select id::float8 as id, encrypted_record, field, encrypted_reason, created_at, retried_at
     from sync.rejected where organization_id = $1 and run_id = $2 and id > coalesce($3, 0)
     order by id limit $4`,
    [organization, runId, after, limit],
  );
}

export type RejectedToStore = {
  record: Buffer;
  field: string | null;
  reason: Buffer;
  /** By what the source finds it again, where that is known. */
  key: Buffer | null;
  isKnown: boolean;
  /** Whom it tells of. */
  subject: string | null;
};

/** Whoever does the run; a later one refuses what this one would still write. */
export type Held = { organization: number; runId: string; fence: number };
const isHeld = `exists (select from sync.run where organization_id = $1 and id = $2`;

/** Where a destination stood, and how many batches of the run it had. */
export type After = { digest: Buffer; batch: number };

/** `after`: by what all can be taken back. */
export async function insertRejected(
  tx: Tx,
  { organization, runId, fence }: Held,
  rows: readonly RejectedToStore[],
  { after, now }: { after: After; now: Date },
): Promise<void> {
  await tx.rows(
    `insert into sync.rejected (organization_id, run_id, encrypted_record, field, encrypted_reason,
       is_known, subject, encrypted_key, after_position, created_at, after_batch)
     select $1, $2, r.record, r.field, r.reason, r.is_known, r.subject, r.key, $9, $10, $12
     from unnest($3::bytea[], $4::text[], $5::bytea[], $6::boolean[], $7::text[], $8::bytea[])
       as r (record, field, reason, is_known, subject, key)
     where ${isHeld} and fence = $11)`,
    [
      organization,
      runId,
      rows.map((one) => one.record),
      rows.map((one) => one.field),
      rows.map((one) => one.reason),
      rows.map((one) => one.isKnown),
      rows.map((one) => one.subject),
      rows.map((one) => one.key),
      after.digest,
      now,
      fence,
      after.batch,
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

/** Those that come again: what follows where the destination stands now, whatever it had before. */
export async function deleteRejectedAfter(
  tx: Tx,
  { organization, runId, fence }: Held,
  after: After,
): Promise<void> {
  await tx.rows(
    `delete from sync.rejected where organization_id = $1 and run_id = $2
       and (after_position = $3 or after_batch >= $5) and ${isHeld} and fence = $4)`,
    [organization, runId, after.digest, fence, after.batch],
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

/** What there is to try again: `left` was not tried yet, of the `lost` it is not known which they are. */
export async function selectRetriable(
  db: Db,
  organization: number,
  runId: string,
): Promise<{ all: number; left: number; lost: number }> {
  const [row] = await db.rows<{ all: number; left: number; lost: number }>(
    `select count(*)::float8 as all, count(*) filter (where encrypted_key is null)::float8 as lost,
       count(*) filter (where retried_at is null and encrypted_key is not null)::float8 as left
     from sync.rejected where organization_id = $1 and run_id = $2`,
    [organization, runId],
  );
  return row ?? { all: 0, left: 0, lost: 0 };
}

/** Those that were not tried again, as many as `bytes` hold; one at least. */
export async function selectKeysToRetry(
  db: Db,
  organization: number,
  runId: string,
  { after, limit, bytes }: { after: number; limit: number; bytes: number },
): Promise<{ id: number; encrypted_key: Buffer }[]> {
  return db.rows(
    `select id::float8 as id, encrypted_key from (
       select id, encrypted_key, sum(size) over (order by id) - size as before
       from (
         select id, encrypted_key, octet_length(encrypted_record) as size from sync.rejected
         where organization_id = $1 and run_id = $2 and id > $3
           and retried_at is null and encrypted_key is not null
         order by id limit $4) as next) as page
     where before < $5 order by id`,
    [organization, runId, after, limit, bytes],
  );
}

/** Those that could be found again, up to one of them. */
export async function updateRejectedRetried(
  tx: Tx,
  organization: number,
  runId: string,
  { upTo, now }: { upTo: number; now: Date },
): Promise<void> {
  await tx.rows(
    `update sync.rejected set retried_at = $4 where organization_id = $1 and run_id = $2
       and id <= $3 and retried_at is null and encrypted_key is not null`,
    [organization, runId, upTo, now],
  );
}
