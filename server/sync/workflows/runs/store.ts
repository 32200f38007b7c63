import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { Page } from '../../conventions/lists.ts';

export type WorkflowRunStatus =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'cancelled';
export type StepStatus = 'pending' | 'running' | 'completed' | 'failed' | 'skipped';

export type WorkflowRunRow = {
  organization_id: number;
  id: string;
  workflow_id: string;
  version: number;
  status: WorkflowRunStatus;
  trigger_type: string;
  trigger_id: string | null;
  depth: number;
  subject: string | null;
  sealed_key: Buffer;
  /** Null: forgotten. */
  encrypted_trigger: Buffer | null;
  fence: number;
  generation: number;
  /** How often whoever did its present step was not heard of any more. */
  takeovers: number;
  /** How often it was begun anew after it had ended. */
  retries: number;
  due_at: Date | null;
  /** What has to happen before it goes on. */
  waits_for: string | null;
  error: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
};

export type StepRow = {
  path: string;
  ordinal: number;
  status: StepStatus;
  attempts: number;
  encrypted: Buffer | null;
  started_at: Date | null;
  finished_at: Date | null;
};

export const workflowRunColumns = `organization_id, id, workflow_id, version, status, trigger_type,
  trigger_id, depth, subject, sealed_key, encrypted_trigger, fence::float8 as fence, generation, takeovers, retries,
  due_at, waits_for, error,
  created_at, started_at, finished_at`;
const stepColumns = 'path, ordinal, status, attempts, encrypted, started_at, finished_at';

export type RunToStore = {
  id: string;
  workflow_id: string;
  /** Null: the newest. */
  version: number | null;
  trigger_type: string;
  trigger_id: string | null;
  depth: number;
  subject: string | null;
  sealed_key: Buffer;
  encrypted: Buffer;
  error: string | null;
};

export type Begun = { id: string; workflow_id: string; trigger_id: string | null; depth: number };

/** Of those workflows that are enabled. */
export async function insertWorkflowRuns(
  tx: Tx,
  organization: number,
  rows: readonly RunToStore[],
  now: Date,
): Promise<(Begun & { is_limited: boolean })[]> {
  return tx.rows(
    `with given as (
       select * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::integer[],
           $7::text[], $8::bytea[], $9::bytea[], $10::text[], $12::integer[])
         as g (id, workflow_id, trigger_type, trigger_id, depth, subject, sealed_key, encrypted, error,
           version)
     ), inserted as (
       insert into sync.workflow_run (organization_id, id, workflow_id, version, status, trigger_type,
         trigger_id, depth, subject, sealed_key, encrypted_trigger, due_at, error, created_at, finished_at)
       select $1, g.id, w.id, coalesce(g.version, w.version), case when g.error is null then 'queued' else 'failed' end,
         g.trigger_type, g.trigger_id, g.depth, g.subject, g.sealed_key, g.encrypted,
         case when w.concurrency is null then $11::timestamptz end, g.error, $11,
         case when g.error is not null then $11::timestamptz end
       from given g join sync.workflow w on w.organization_id = $1 and w.id = g.workflow_id
       where w.enabled
       returning id, workflow_id, trigger_id, depth
     )
     select i.id, i.workflow_id, i.trigger_id, i.depth, w.concurrency is not null as is_limited
     from inserted i join sync.workflow w on w.organization_id = $1 and w.id = i.workflow_id`,
    [
      organization,
      rows.map(({ id }) => id),
      rows.map(({ workflow_id }) => workflow_id),
      rows.map(({ trigger_type }) => trigger_type),
      rows.map(({ trigger_id }) => trigger_id),
      rows.map(({ depth }) => depth),
      rows.map(({ subject }) => subject),
      rows.map(({ sealed_key }) => sealed_key),
      rows.map(({ encrypted }) => encrypted),
      rows.map(({ error }) => error),
      now,
      rows.map(({ version }) => version),
    ],
  );
}

/** As many of those that are held back as the limit of their workflow has room for, the oldest first. */
export async function letThrough(
  tx: Tx,
  organization: number,
  workflowId: string,
  now: Date,
): Promise<void> {
  // Counted after the lock: two at once would each count without the other. Without a limit nothing counts.
  await tx.rows(
    `select from sync.workflow where organization_id = $1 and id = $2 and concurrency is not null
     for no key update`,
    [organization, workflowId],
  );
  await tx.rows(
    `with room as (
       select coalesce(w.concurrency, 2000000000) - (
         select count(*) from sync.workflow_run r
         where r.organization_id = $1 and r.workflow_id = $2
           and (r.status in ('running', 'waiting') or r.status = 'queued' and r.due_at is not null)
       ) as room
       from sync.workflow w where w.organization_id = $1 and w.id = $2
     )
     update sync.workflow_run set due_at = $3
     where organization_id = $1 and id in (
       select r.id from sync.workflow_run r
       where r.organization_id = $1 and r.workflow_id = $2 and r.status = 'queued' and r.due_at is null
       order by r.id limit (select greatest(room, 0) from room))`,
    [organization, workflowId, now],
  );
}

export async function selectWorkflowRuns(
  db: Db,
  organization: number,
  workflowId: string,
  { after, limit, status }: Page & { status?: string | undefined },
): Promise<WorkflowRunRow[]> {
  return db.rows<WorkflowRunRow>(
    `select ${workflowRunColumns} from sync.workflow_run
     where organization_id = $1 and workflow_id = $2 and ($3::text is null or id < $3)
       and ($5::text is null or status = $5)
     order by id desc limit $4`,
    [organization, workflowId, after, limit, status ?? null],
  );
}

export async function selectWorkflowRun(
  db: Db,
  organization: number,
  workflowId: string,
  id: string,
): Promise<WorkflowRunRow | undefined> {
  const [row] = await db.rows<WorkflowRunRow>(
    `select ${workflowRunColumns} from sync.workflow_run
     where organization_id = $1 and workflow_id = $2 and id = $3`,
    [organization, workflowId, id],
  );
  return row;
}

export async function lockWorkflowRun(
  tx: Tx,
  organization: number,
  workflowId: string,
  id: string,
): Promise<WorkflowRunRow | undefined> {
  const [row] = await tx.rows<WorkflowRunRow>(
    `select ${workflowRunColumns} from sync.workflow_run
     where organization_id = $1 and workflow_id = $2 and id = $3 for no key update`,
    [organization, workflowId, id],
  );
  return row;
}

/** In the order in which they were begun. */
export async function selectSteps(db: Db, organization: number, runId: string): Promise<StepRow[]> {
  return db.rows<StepRow>(
    `select ${stepColumns} from sync.workflow_step
     where organization_id = $1 and run_id = $2 order by ordinal`,
    [organization, runId],
  );
}

/** Whatever its holder still answers is refused. */
export async function updateRunCancelled(tx: Tx, organization: number, id: string, now: Date) {
  const [row] = await tx.rows<WorkflowRunRow>(
    `update sync.workflow_run set status = 'cancelled', fence = fence + 1, due_at = null,
       lease_until = null, finished_at = $3
     where organization_id = $1 and id = $2 returning ${workflowRunColumns}`,
    [organization, id, now],
  );
  await tx.rows(
    `update sync.workflow_step set status = 'skipped', finished_at = $3
     where organization_id = $1 and run_id = $2 and status in ('pending', 'running')`,
    [organization, id, now],
  );
  return row as WorkflowRunRow;
}

/** Goes on without the steps from a place on; `isAnew`: steps that had ended are done once more. */
export async function updateRunAgain(
  tx: Tx,
  organization: number,
  id: string,
  { from, isAnew, now }: { from: number; isAnew: boolean; now: Date },
) {
  await tx.rows(
    `delete from sync.workflow_step
     where organization_id = $1 and run_id = $2 and (ordinal >= $3 or path like 'on_error.%')`,
    [organization, id, from],
  );
  const [row] = await tx.rows<WorkflowRunRow>(
    `update sync.workflow_run set status = 'queued', fence = fence + 1, error = null, finished_at = null,
       due_at = null, lease_until = null, retries = retries + 1,
       generation = generation + case when $3 then 1 else 0 end
     where organization_id = $1 and id = $2 returning ${workflowRunColumns}`,
    [organization, id, isAnew],
  );
  await letThrough(tx, organization, (row as WorkflowRunRow).workflow_id, now);
  return row as WorkflowRunRow;
}

export async function lockWorkflowRunById(
  tx: Tx,
  organization: number,
  id: string,
): Promise<WorkflowRunRow | undefined> {
  const [row] = await tx.rows<WorkflowRunRow>(
    `select ${workflowRunColumns} from sync.workflow_run
     where organization_id = $1 and id = $2 for no key update`,
    [organization, id],
  );
  return row;
}

/** What a step waits for has happened: it goes on with what it kept. */
export async function updateAnswered(
  tx: Tx,
  organization: number,
  { run_id, path, encrypted }: { run_id: string; path: string; encrypted: Buffer | null },
  now: Date,
): Promise<void> {
  await tx.rows(
    `update sync.workflow_step set encrypted = $4
     where organization_id = $1 and run_id = $2 and path = $3`,
    [organization, run_id, path, encrypted],
  );
  await tx.rows(
    `update sync.workflow_run set due_at = $3
     where organization_id = $1 and id = $2 and status = 'waiting'`,
    [organization, run_id, now],
  );
}
