import type { Db, Tx } from '../../server/runtime/database/database.ts';

export type Ended = { left: number; failed: number; at: Date | null };

/** How many runs of a workflow are not over, how many failed, and when the last one ended. */
export async function selectEnded(db: Db, workflowId: string): Promise<Ended> {
  const [row] = await db.rows<Ended>(
    `select count(*) filter (where finished_at is null)::int as left,
       count(*) filter (where finished_at is not null and status <> 'completed')::int as failed,
       max(finished_at) as at
     from sync.workflow_run where workflow_id = $1`,
    [workflowId],
  );
  return row as Ended;
}

/** What was measured is not in the way of what is measured next. */
export async function deleteRuns(tx: Tx, organization: number): Promise<void> {
  await tx.rows('delete from sync.workflow_run where organization_id = $1', [organization]);
}

/** What was posted to a channel after the thread of a number. */
export async function selectThreads(
  db: Db,
  channelId: number,
  after: number,
): Promise<{ number: number; plain: string }[]> {
  return db.rows(
    'select number, plain from messaging.thread where channel_id = $1 and number > $2 order by number',
    [channelId, after],
  );
}

/** What was posted to the channels of an organization. */
export async function selectTexts(db: Db, organization: number): Promise<string[]> {
  const rows = await db.rows<{ plain: string }>(
    'select plain from messaging.thread where organization_id = $1',
    [organization],
  );
  return rows.map(({ plain }) => plain);
}

/** Leases end by the clock of the database, which nobody moves. */
export async function endLeases(tx: Tx): Promise<void> {
  await tx.rows(`update sync.workflow_run set lease_until = clock_timestamp() - interval '1 second'
    where status = 'running'`);
}

/** How often in a row a run was taken from whoever was killed, at most. */
export async function selectTakeovers(db: Db): Promise<number> {
  const [row] = await db.rows<{ most: number }>(
    `select coalesce(max(takeovers), 0)::int as most from sync.workflow_run where finished_at is null`,
  );
  return row?.most ?? 0;
}
