import type { Db, Tx } from '../../runtime/database/database.ts';
import {
  type Counts,
  type Pause,
  type Progress,
  type RunRow,
  type RunStatus,
  runColumns,
} from '../syncs/runs/store.ts';
import type { SyncRow } from '../syncs/store.ts';

/** Whoever holds a run renews its lease several times within this. */
export const leaseSeconds = 20;

export type Claim = { organization: number; runId: string; syncId: string; fence: number };

/**
 * Takes the run that waits longest, of an organization that has the fewest under way; or `only` this
 * one. Those in realtime are for whoever holds their feed, and keep nobody else waiting. Everything that an earlier holder may still write is refused from now on, by its fence.
 */
export async function claimRun(
  tx: Tx,
  { now, perOrganization, only }: { now: Date; perOrganization: number; only?: string },
): Promise<Claim | undefined> {
  // Two at once would each count without the other.
  await tx.rows(`select pg_advisory_xact_lock(hashtextextended('sync run', 0))`);
  const [row] = await tx.rows<Claim>(
    `with underway as (
       select organization_id, count(*) as runs from sync.run
       where status = 'running' and trigger <> 'realtime' group by 1
     ), chosen as (
       select r.organization_id, r.id, r.sync_id from sync.run r
       left join underway u on u.organization_id = r.organization_id
       where r.status = 'queued' and (r.retry_at is null or r.retry_at <= $1)
         and coalesce(u.runs, 0) < $2
         and case when $4::text is null then r.trigger <> 'realtime' else r.id = $4 end
       order by coalesce(u.runs, 0), r.created_at limit 1
       for update of r skip locked
     ), fenced as (
       -- As high as the time: a database that was restored must not come after what it wrote before.
       update sync.sync s
       set fence = greatest(s.fence + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)
       from chosen c
       where s.organization_id = c.organization_id and s.id = c.sync_id
       returning s.organization_id, s.id, s.fence
     )
     update sync.run r
     set status = 'running', fence = f.fence, attempts = r.attempts + 1, retry_at = null,
       lease_until = clock_timestamp() + make_interval(secs => $3),
       started_at = coalesce(r.started_at, $1)
     from chosen c join fenced f on f.organization_id = c.organization_id and f.id = c.sync_id
     where r.organization_id = c.organization_id and r.id = c.id
     returning r.organization_id::float8 as organization, r.id as "runId", r.sync_id as "syncId",
       r.fence::float8 as fence`,
    [now, perOrganization, leaseSeconds, only ?? null],
  );
  return row;
}

/** Runs whose holder has not been heard of wait for another, or end if they were to be cancelled. */
export async function releaseExpired(tx: Tx, now: Date): Promise<RunRow[]> {
  return tx.rows<RunRow>(
    `update sync.run set lease_until = null, progress = null,
       status = case when cancel_requested_at is null then 'queued' else 'cancelled' end,
       finished_at = case when cancel_requested_at is null then null else $1::timestamptz end
     where status = 'running' and lease_until < clock_timestamp() returning ${runColumns}`,
    [now],
  );
}

/** Whoever took it gives it back at once: their process has ended, or (`isUntried`) never began. */
export async function releaseRun(
  tx: Tx,
  { organization, runId, fence }: Claim,
  isUntried = false,
): Promise<void> {
  await tx.rows(
    `update sync.run set lease_until = clock_timestamp() - interval '1 second',
       attempts = attempts - $4
     where organization_id = $1 and id = $2 and fence = $3 and status = 'running'`,
    [organization, runId, fence, isUntried ? 1 : 0],
  );
}

/** Which of these are held by whoever claimed them. */
export async function selectHeldRuns(db: Db, claims: readonly Claim[]): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `select r.id from sync.run r join unnest($1::bigint[], $2::text[], $3::bigint[])
       as claim (organization_id, id, fence) using (organization_id, id, fence)
     where r.status = 'running'`,
    [
      claims.map(({ organization }) => organization),
      claims.map(({ runId }) => runId),
      claims.map(({ fence }) => fence),
    ],
  );
  return rows.map(({ id }) => id);
}

export async function selectHeldRun(db: Db, { organization, runId, fence }: Claim) {
  const [row] = await db.rows<RunRow>(
    `select ${runColumns} from sync.run
     where organization_id = $1 and id = $2 and fence = $3 and status = 'running'`,
    [organization, runId, fence],
  );
  return row;
}

export type Beat = { counts: Counts; progress: Progress | null; position: string | null };

/** Renews the lease and says how far the run is. Undefined when somebody else holds it by now. */
export async function updateBeat(
  tx: Tx,
  { organization, runId, fence }: Claim,
  { counts, progress, position }: Beat,
): Promise<{ isCancelled: boolean } | undefined> {
  const [row] = await tx.rows<{ isCancelled: boolean }>(
    `update sync.run set lease_until = clock_timestamp() + make_interval(secs => $4),
       attempts = case when position is distinct from $12 then 1 else attempts end,
       records_read = $5, records_written = $6, records_skipped = $7, records_failed = $8,
       records_deleted = $9, bytes = $10, progress = $11, position = $12
     where organization_id = $1 and id = $2 and fence = $3 and status = 'running'
     returning cancel_requested_at is not null as "isCancelled"`,
    [
      organization,
      runId,
      fence,
      leaseSeconds,
      counts.records_read,
      counts.records_written,
      counts.records_skipped,
      counts.records_failed,
      counts.records_deleted,
      counts.bytes,
      progress === null ? null : JSON.stringify(progress),
      position,
    ],
  );
  return row;
}

export async function updatePlan(
  tx: Tx,
  { organization, runId, fence }: Claim,
  { plan, drift }: { plan: object; drift: readonly string[] },
): Promise<void> {
  await tx.rows(
    'update sync.run set plan = $3, drift = $4 where organization_id = $1 and id = $2 and fence = $5',
    [organization, runId, JSON.stringify(plan), JSON.stringify(drift), fence],
  );
}

/** What the destination keeps from here on holds against what somebody had set. */
export async function updatePositionTaken(tx: Tx, { organization, syncId, fence }: Claim) {
  await tx.rows(
    `update sync.sync set position_is_set = false
     where organization_id = $1 and id = $2 and fence = $3`,
    [organization, syncId, fence],
  );
}

export type Ended = {
  status: RunStatus;
  error: string | null;
  pause: Pause | null;
  retryAt: Date | null;
  /** It waited for others, which is no attempt. */
  isUncounted?: boolean;
};

/** Whether it was to be cancelled, by whoever holds it. */
export async function selectIsCancelled(db: Db, { organization, runId }: Claim): Promise<boolean> {
  const rows = await db.rows(
    `select from sync.run
     where organization_id = $1 and id = $2 and cancel_requested_at is not null`,
    [organization, runId],
  );
  return rows.length > 0;
}

/** Undefined when somebody else holds the run by now. */
export async function updateEnded(
  tx: Tx,
  { organization, runId, fence }: Claim,
  { status, error, pause, retryAt, isUncounted = false }: Ended,
  now: Date,
): Promise<RunRow | undefined> {
  const isOver = ['completed', 'failed', 'cancelled'].includes(status);
  const [row] = await tx.rows<RunRow>(
    `update sync.run set status = $4, error = $5, pause = $6, retry_at = $7, finished_at = $8,
       lease_until = null, progress = null,
       attempts = attempts - case when $9 then 1 else 0 end
     where organization_id = $1 and id = $2 and fence = $3 and status = 'running'
     returning ${runColumns}`,
    [
      organization,
      runId,
      fence,
      status,
      error,
      pause === null ? null : JSON.stringify(pause),
      retryAt,
      isOver ? now : null,
      isUncounted,
    ],
  );
  return row;
}

/** Those whose time has come, and those that should have a time and have none. */
export async function lockDueSyncs(tx: Tx, now: Date, limit: number): Promise<SyncRow[]> {
  return tx.rows<SyncRow>(
    `select organization_id, id, schedule, timezone, next_run_at from sync.sync s
     where enabled and (next_run_at <= $1
       or next_run_at is null and schedule not in ('manual', 'realtime'))
       -- It begins when the run before has ended, and keeps nobody waiting until then.
       and not (schedule = 'realtime' and exists (select from sync.run r
         where r.organization_id = s.organization_id and r.sync_id = s.id
           and r.status in ('queued', 'running', 'paused')))
     order by next_run_at limit $2 for update of s skip locked`,
    [now, limit],
  );
}

export async function updateTick(
  tx: Tx,
  organization: number,
  id: string,
  { next, skipped }: { next: Date | null; skipped: number },
): Promise<void> {
  await tx.rows(
    `update sync.sync set next_run_at = $3, skipped_ticks = skipped_ticks + $4
     where organization_id = $1 and id = $2`,
    [organization, id, next, skipped],
  );
}

/** Begins once more then, unless it was stopped meanwhile. */
export async function updateAgain(tx: Tx, organization: number, id: string, at: Date) {
  await tx.rows(
    `update sync.sync set next_run_at = $3
     where organization_id = $1 and id = $2 and enabled and next_run_at is null`,
    [organization, id, at],
  );
}
