import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { SealedColumn } from '../../../runtime/secrets/secrets.ts';
import type { Page } from '../../conventions/lists.ts';

export type RunStatus = 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';

/** What a run was asked for. */
export type RunRequest = {
  full_refresh?: true;
  from?: string;
  to?: string;
  keys?: (string | null)[][];
  /** The run whose rejected records are tried again. */
  retry_of?: string;
  /** The step of a workflow that has begun it. */
  step?: string;
  /** What it paused for and was allowed since. */
  accepted?: readonly ('fields' | 'deletes')[];
};

export type Pause = { reason: string; planned_deletes: number | null; total: number | null };

export type Progress = {
  rows_per_second: number;
  waits_for: 'source' | 'destination' | 'transform';
  percent: number | null;
  seconds_left: number | null;
};

export type Counts = {
  records_read: number;
  records_written: number;
  records_skipped: number;
  records_failed: number;
  records_deleted: number;
  bytes: number;
};

export type RunRow = Counts & {
  organization_id: number;
  id: string;
  sync_id: string;
  status: RunStatus;
  trigger: 'manual' | 'schedule' | 'realtime' | 'workflow' | 'trigger';
  request: RunRequest;
  plan: unknown;
  sealed_key: Buffer;
  fence: number;
  attempts: number;
  cancel_requested_at: Date | null;
  position: string | null;
  /** What it had moved when it last had done all that there was; of one in realtime. */
  settled: Counts | null;
  error: string | null;
  pause: Pause | null;
  drift: string[];
  progress: Progress | null;
  /** How many workflows and syncs have set each other off up to it. */
  depth: number;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
};

export const runColumns = `organization_id, id, sync_id, status, trigger, request, plan, sealed_key, fence,
  attempts, cancel_requested_at, records_read::float8, records_written::float8,
  records_skipped::float8, records_failed::float8, records_deleted::float8, bytes::float8, position, settled,
  error, pause, drift, progress, depth, created_at, started_at, finished_at`;
const batchMax = 100;

export type RunToInsert = Pick<RunRow, 'id' | 'sync_id' | 'trigger' | 'request' | 'sealed_key'> & {
  depth?: number;
};

/** Undefined when another run of the sync is active. */
export async function insertRun(tx: Tx, organization: number, run: RunToInsert, now: Date) {
  const [row] = await tx.rows<RunRow>(
    `insert into sync.run (organization_id, id, sync_id, status, trigger, request, sealed_key, created_at,
       depth)
     values ($1, $2, $3, 'queued', $4, $5, $6, $7, $8)
     on conflict (organization_id, sync_id) where status in ('queued', 'running', 'paused')
     do nothing returning ${runColumns}`,
    [
      organization,
      run.id,
      run.sync_id,
      run.trigger,
      JSON.stringify(run.request),
      run.sealed_key,
      now,
      run.depth ?? 0,
    ],
  );
  return row;
}

export async function selectRuns(
  db: Db,
  organization: number,
  syncId: string,
  { after, limit }: Page,
): Promise<RunRow[]> {
  return db.rows<RunRow>(
    `select ${runColumns} from sync.run
     where organization_id = $1 and sync_id = $2 and ($3::text is null or id < $3)
     order by id desc limit $4`,
    [organization, syncId, after, limit],
  );
}

export async function selectRun(
  db: Db,
  organization: number,
  syncId: string,
  id: string,
): Promise<RunRow | undefined> {
  const [row] = await db.rows<RunRow>(
    `select ${runColumns} from sync.run where organization_id = $1 and sync_id = $2 and id = $3`,
    [organization, syncId, id],
  );
  return row;
}

export async function updateRunPosition(
  tx: Tx,
  organization: number,
  id: string,
  position: string,
): Promise<void> {
  await tx.rows('update sync.run set position = $3 where organization_id = $1 and id = $2', [
    organization,
    id,
    position,
  ]);
}

export type Held = {
  readonly organization: number;
  readonly runId: string;
  readonly fence: number;
};

const countsObject = `jsonb_build_object('records_read', records_read,
  'records_written', records_written, 'records_skipped', records_skipped,
  'records_failed', records_failed, 'records_deleted', records_deleted, 'bytes', bytes)`;

/** So far all is done that there was to do. Undefined when somebody else holds it by now. */
export async function updateSettled(
  tx: Tx,
  { organization, runId, fence }: Held,
): Promise<RunRow | undefined> {
  const [row] = await tx.rows<RunRow>(
    `update sync.run set attempts = 1, error = null, request = '{}', settled = ${countsObject}
     where organization_id = $1 and id = $2 and fence = $3 and status = 'running'
     returning ${runColumns}`,
    [organization, runId, fence],
  );
  return row;
}

/** Whether a run has begun after this one that was of more than a part. */
export async function selectIsOvertaken(db: Db, organization: number, syncId: string, id: string) {
  const [row] = await db.rows<{ isOvertaken: boolean }>(
    `select exists (select from sync.run
       where organization_id = $1 and sync_id = $2 and id > $3
         and not request ?| array['from', 'to', 'keys', 'retry_of']) as "isOvertaken"`,
    [organization, syncId, id],
  );
  return row?.isOvertaken === true;
}

export async function lockRun(tx: Tx, organization: number, syncId: string, id: string) {
  const [row] = await tx.rows<RunRow>(
    `select ${runColumns} from sync.run
     where organization_id = $1 and sync_id = $2 and id = $3 for update`,
    [organization, syncId, id],
  );
  return row;
}

/** Ends runs that nobody works on, which are answered; whoever works on one is asked to end it. */
export async function updateRunsCancelled(
  tx: Tx,
  organization: number,
  syncIds: readonly string[],
  now: Date,
): Promise<RunRow[]> {
  const rows = await tx.rows<RunRow>(
    `update sync.run set cancel_requested_at = coalesce(cancel_requested_at, $3),
       status = case when status = 'running' then status else 'cancelled' end,
       finished_at = case when status = 'running' then finished_at else $3 end
     where organization_id = $1 and sync_id = any($2) and status in ('queued', 'running', 'paused')
     returning ${runColumns}`,
    [organization, syncIds, now],
  );
  return rows.filter(({ status }) => status === 'cancelled');
}

/**
 * A run that was paused, failed or cancelled waits for a worker again; in realtime it counts on, whatever it
 * reads anew.
 */
export async function updateRunResumed(
  tx: Tx,
  organization: number,
  id: string,
  request: RunRequest,
): Promise<RunRow> {
  const [row] = await tx.rows<RunRow>(
    `update sync.run set status = 'queued', request = $3, pause = null, error = null,
       cancel_requested_at = null, finished_at = null, retry_at = null,
       settled = case when trigger = 'realtime' then ${countsObject} else settled end
     where organization_id = $1 and id = $2 returning ${runColumns}`,
    [organization, id, JSON.stringify(request)],
  );
  return row as RunRow;
}

/** For when the master key is replaced. */
export const runKeyColumn: SealedColumn = {
  name: 'sync.run',
  async selectBatch(tx, key) {
    const rows = await tx.rows<{ id: string; sealed_key: Buffer }>(
      'select id, sealed_key from sync.run where id > $1 order by id limit $2 for update',
      [key, batchMax],
    );
    return rows.map(({ id, sealed_key: sealed }) => ({ key: id, context: contextOf(id), sealed }));
  },
  async update(tx, { key, sealed }) {
    await tx.rows('update sync.run set sealed_key = $2 where id = $1', [key, sealed]);
  },
};

/** The only place where the sealed key of a run may be opened again. */
export function contextOf(id: string): string {
  return `sync.run ${id}`;
}

/** The run that a step of a workflow has begun. */
export async function selectRunOfStep(
  db: Db,
  organization: number,
  syncId: string,
  step: string,
): Promise<RunRow | undefined> {
  const [row] = await db.rows<RunRow>(
    `select ${runColumns} from sync.run
     where organization_id = $1 and sync_id = $2 and request->>'step' = $3
     order by id desc limit 1`,
    [organization, syncId, step],
  );
  return row;
}
