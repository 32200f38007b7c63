import type { Db, Tx } from '../../../runtime/database/database.ts';

export type StateRow = { run_id: string; fence: number; position: string | null };

export async function selectState(
  db: Db,
  organization: number,
  id: string,
): Promise<StateRow | undefined> {
  const [row] = await db.rows<StateRow>(
    `select run_id, fence::float8 as fence, position from sync.own_state
     where organization_id = $1 and id = $2`,
    [organization, id],
  );
  return row;
}

export type Holder = { id: string; runId: string; fence: number };

/**
 * Writes from now on; anew, where another run has written, it forgets how far that came. Answers
 * false when a later fence has been here.
 */
export async function holdState(
  tx: Tx,
  organization: number,
  { id, runId, fence }: Holder,
  isAnew: boolean,
): Promise<boolean> {
  const [row] = await tx.rows<{ forgets: boolean }>(
    `with before as (
       select run_id from sync.own_state where organization_id = $1 and id = $2 for update)
     insert into sync.own_state as s (organization_id, id, run_id, fence) values ($1, $2, $3, $4)
     on conflict (organization_id, id) do update
     set run_id = $3, fence = $4,
       position = case when $5 and s.run_id <> $3 then null else s.position end
     where s.fence <= $4
     returning $5 and coalesce((select run_id <> $3 from before), false) as forgets`,
    [organization, id, runId, fence, isAnew],
  );
  if (row?.forgets) await deleteWritten(tx, organization, id);
  return row !== undefined;
}

/** Keeps others from writing until the transaction ends; false when a later fence has been here. */
export async function lockState(
  tx: Tx,
  organization: number,
  { id, fence }: Pick<Holder, 'id' | 'fence'>,
): Promise<boolean> {
  const rows = await tx.rows(
    `select from sync.own_state where organization_id = $1 and id = $2 and fence = $3 for update`,
    [organization, id, fence],
  );
  return rows.length > 0;
}

/** Whether a record was written before; undefined when a later fence has been here. */
export async function selectWritten(
  tx: Tx,
  organization: number,
  { id, fence }: Holder,
  record: Buffer,
): Promise<boolean | undefined> {
  const [row] = await tx.rows<{ is_written: boolean }>(
    `select exists (
       select from sync.own_written w
       where w.organization_id = $1 and w.state_id = $2 and w.record = $4) as is_written
     from sync.own_state s where s.organization_id = $1 and s.id = $2 and s.fence = $3 for share`,
    [organization, id, fence, record],
  );
  return row?.is_written;
}

export function insertWritten(tx: Tx, organization: number, id: string, record: Buffer): void {
  tx.write('insert into sync.own_written (organization_id, state_id, record) values ($1, $2, $3)', [
    organization,
    id,
    record,
  ]);
}

/** The batch under way has ended: false when a later fence has been here. */
export async function moveState(
  tx: Tx,
  organization: number,
  { id, fence }: Holder,
  position: string,
): Promise<boolean> {
  const rows = await tx.rows(
    `update sync.own_state set position = $4
     where organization_id = $1 and id = $2 and fence = $3 returning id`,
    [organization, id, fence, position],
  );
  if (rows.length > 0) await deleteWritten(tx, organization, id);
  return rows.length > 0;
}

/** Nothing when the key is new; whoever comes with the same one waits for the end of the transaction. */
export async function insertApplied(
  tx: Tx,
  organization: number,
  key: string,
  now: Date,
): Promise<{ record_id: string | null } | undefined> {
  const made = await tx.rows(
    `insert into sync.applied (organization_id, key, created_at) values ($1, $2, $3)
     on conflict do nothing returning key`,
    [organization, key, now],
  );
  if (made.length > 0) return undefined;
  const [row] = await tx.rows<{ record_id: string | null }>(
    'select record_id from sync.applied where organization_id = $1 and key = $2',
    [organization, key],
  );
  return row;
}

export function updateApplied(tx: Tx, organization: number, key: string, recordId: string): void {
  tx.write('update sync.applied set record_id = $3 where organization_id = $1 and key = $2', [
    organization,
    key,
    recordId,
  ]);
}

async function deleteWritten(tx: Tx, organization: number, id: string): Promise<void> {
  await tx.rows('delete from sync.own_written where organization_id = $1 and state_id = $2', [
    organization,
    id,
  ]);
}
