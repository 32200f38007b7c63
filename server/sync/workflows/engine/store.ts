import type { Tx } from '../../../runtime/database/database.ts';
import {
  letThrough,
  type StepStatus,
  type WorkflowRunRow,
  type WorkflowRunStatus,
  workflowRunColumns,
} from '../runs/store.ts';

/** Whoever holds a run renews its lease several times within this. */
export const leaseSeconds = 30;

/**
 * Takes up to `limit` runs whose time has come, the longest due first, but none of organizations that
 * have enough under way here.
 */
export async function claimWorkflowRuns(
  tx: Tx,
  { now, limit, crowded }: { now: Date; limit: number; crowded: readonly number[] },
): Promise<WorkflowRunRow[]> {
  return tx.rows<WorkflowRunRow>(
    `with recursive ${crowded.length > 0 ? dueOfOthers : due}
     update sync.workflow_run r
     set status = 'running', fence = r.fence + 1, due_at = null, waits_for = null,
       lease_until = clock_timestamp() + make_interval(secs => $3),
       started_at = coalesce(r.started_at, $1)
     from chosen c where r.organization_id = c.organization_id and r.id = c.id
     returning ${workflowRunColumns
       .split(', ')
       .map((name) => `r.${name.trim()}`)
       .join(', ')}`,
    [now, limit, leaseSeconds, ...(crowded.length > 0 ? [crowded] : [])],
  );
}

const isDue = `status in ('queued', 'waiting') and due_at <= $1`;

const due = `chosen as (
    select organization_id, id from sync.workflow_run where ${isDue}
    order by due_at limit $2 for update skip locked)`;

/**
 * From one organization to the next, whose longest due is read: what those have that are left out is
 * not walked. Past 100,000 that one of them has due: 0.2 ms in place of 64.
 */
const dueOfOthers = `organizations as (
    (select organization_id, due_at from sync.workflow_run
     where status in ('queued', 'waiting') and due_at is not null
     order by organization_id, due_at limit 1)
    union all
    select next.* from organizations o, lateral (
      select r.organization_id, r.due_at from sync.workflow_run r
      where r.status in ('queued', 'waiting') and r.due_at is not null
        and r.organization_id > o.organization_id
      order by r.organization_id, r.due_at limit 1) next
  ), others as (
    select organization_id from organizations
    where due_at <= $1 and organization_id <> all($4::bigint[]) order by due_at
  ), chosen as (
    select r.organization_id, r.id from others o, lateral (
      select organization_id, id from sync.workflow_run
      where organization_id = o.organization_id and ${isDue}
      order by due_at limit $2 for update skip locked) r
    limit $2)`;

/** Those whose holder has not been heard of are due again. */
export async function releaseExpiredWorkflowRuns(tx: Tx, now: Date): Promise<number> {
  const rows = await tx.rows(
    `update sync.workflow_run set status = 'queued', due_at = $1, lease_until = null,
       takeovers = takeovers + 1
     where status = 'running' and lease_until < clock_timestamp() returning id`,
    [now],
  );
  return rows.length;
}

export type Held = { organization: number; runId: string; fence: number };

/** Renews leases; answers the ids of the runs that are still held. */
export async function renewLeases(tx: Tx, held: readonly Held[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `update sync.workflow_run r set lease_until = clock_timestamp() + make_interval(secs => $4)
     from unnest($1::bigint[], $2::text[], $3::bigint[]) as g (organization_id, id, fence)
     where r.organization_id = g.organization_id and r.id = g.id and r.fence = g.fence
       and r.status = 'running'
     returning r.id`,
    [...heldColumns(held), leaseSeconds],
  );
  return rows.map(({ id }) => id);
}

/** Gives runs back, to go on elsewhere at once. */
export async function giveBack(tx: Tx, held: readonly Held[], now: Date): Promise<void> {
  await tx.rows(
    `update sync.workflow_run r set status = 'queued', due_at = $4, lease_until = null
     from unnest($1::bigint[], $2::text[], $3::bigint[]) as g (organization_id, id, fence)
     where r.organization_id = g.organization_id and r.id = g.id and r.fence = g.fence
       and r.status = 'running'`,
    [...heldColumns(held), now],
  );
}

export type StepToStore = {
  path: string;
  ordinal: number;
  status: StepStatus;
  attempts: number;
  encrypted: Buffer | null;
  startedAt: Date;
  finishedAt: Date | null;
  /** Whom or what it has read of. */
  about?: readonly string[] | undefined;
};

/** How a run stands after a step. */
export type Advance = Held & {
  workflowId: string;
  status: WorkflowRunStatus;
  dueAt: Date | null;
  waitsFor: string | null;
  error: string | null;
  finishedAt: Date | null;
  steps: readonly StepToStore[];
};

/** Stores what became of steps, of runs that are still held; answers the ids of these. */
export async function storeAdvances(
  tx: Tx,
  advances: readonly Advance[],
  now: Date,
): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(storing, [
    ...heldColumns(advances),
    advances.map(({ status }) => status),
    advances.map(({ dueAt }) => dueAt),
    advances.map(({ waitsFor }) => waitsFor),
    advances.map(({ error }) => error),
    advances.map(({ finishedAt }) => finishedAt),
    leaseSeconds,
    ...stepColumns(advances),
    ...readColumns(advances),
  ]);
  await letOthersThrough(tx, advances, now);
  return rows.map(({ id }) => id);
}

const storing = `with given as (
    select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[],
        $6::text[], $7::text[], $8::timestamptz[]) with ordinality
      as g (organization_id, id, fence, status, due_at, waits_for, error, finished_at, at)
  ), held as (
    update sync.workflow_run r set status = g.status, due_at = g.due_at, waits_for = g.waits_for,
      error = g.error, finished_at = g.finished_at, takeovers = 0,
      lease_until = case when g.status = 'running'
        then clock_timestamp() + make_interval(secs => $9) end
    from given g
    where r.organization_id = g.organization_id and r.id = g.id and r.fence = g.fence
      and r.status = 'running'
    returning r.organization_id, r.id, g.at
  ), stored as (
    insert into sync.workflow_step as s (organization_id, run_id, path, ordinal, status, attempts,
      encrypted, started_at, finished_at)
    select h.organization_id, h.id, g.path, g.ordinal, g.status, g.attempts, g.encrypted,
      g.started_at, g.finished_at
    from unnest($10::bigint[], $11::text[], $12::integer[], $13::text[], $14::integer[],
        $15::bytea[], $16::timestamptz[], $17::timestamptz[])
      as g (at, path, ordinal, status, attempts, encrypted, started_at, finished_at)
    join held h on h.at = g.at
    on conflict (organization_id, run_id, path) do update set status = excluded.status,
      attempts = excluded.attempts, encrypted = excluded.encrypted,
      finished_at = excluded.finished_at
  ), read as (
    insert into sync.workflow_read (organization_id, run_id, subject)
    select distinct h.organization_id, h.id, g.subject
    from unnest($18::bigint[], $19::text[]) as g (at, subject) join held h on h.at = g.at
    on conflict do nothing
  )
  select id from held`;

function stepColumns(advances: readonly Advance[]) {
  const steps = advances.flatMap((one, at) => one.steps.map((step) => ({ ...step, at: at + 1 })));
  return [
    steps.map(({ at }) => at),
    steps.map(({ path }) => path),
    steps.map(({ ordinal }) => ordinal),
    steps.map(({ status }) => status),
    steps.map(({ attempts }) => attempts),
    steps.map(({ encrypted }) => encrypted),
    steps.map(({ startedAt }) => startedAt),
    steps.map(({ finishedAt }) => finishedAt),
  ];
}

function readColumns(advances: readonly Advance[]) {
  const read = advances.flatMap(({ steps }, at) =>
    steps.flatMap(({ about = [] }) => about.map((subject) => ({ at: at + 1, subject }))),
  );
  return [read.map(({ at }) => at), read.map(({ subject }) => subject)];
}

/** Of workflows that have a limit, and of which a run has ended. */
async function letOthersThrough(tx: Tx, advances: readonly Advance[], now: Date): Promise<void> {
  const ended = advances.filter(({ finishedAt }) => finishedAt !== null);
  if (ended.length === 0) return;
  const limited = await tx.rows<{ organization_id: number; id: string }>(
    `select distinct w.organization_id, w.id
     from unnest($1::bigint[], $2::text[]) as e (organization_id, id)
     join sync.workflow w on w.organization_id = e.organization_id and w.id = e.id
     where w.concurrency is not null order by w.organization_id, w.id`,
    [ended.map(({ organization }) => organization), ended.map(({ workflowId }) => workflowId)],
  );
  for (const { organization_id, id } of limited) await letThrough(tx, organization_id, id, now);
}

/** A run that waits for something goes on, since that has happened. */
export async function wakeWorkflowRuns(
  tx: Tx,
  organization: number,
  waitsFor: string,
  now: Date,
): Promise<void> {
  await tx.rows(
    `update sync.workflow_run set due_at = $3
     where organization_id = $1 and waits_for = $2 and status = 'waiting'`,
    [organization, waitsFor, now],
  );
  tx.announce('workflow_run');
}

function heldColumns(held: readonly Held[]) {
  return [
    held.map(({ organization }) => organization),
    held.map(({ runId }) => runId),
    held.map(({ fence }) => fence),
  ];
}
