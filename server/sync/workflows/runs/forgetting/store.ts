import type { Db, Tx } from '../../../../runtime/database/database.ts';
import type { SealedColumn } from '../../../../runtime/secrets/secrets.ts';
import { contextOf } from '../../../syncs/runs/store.ts';
import type { WorkflowRunRow } from '../store.ts';

const ofSubject = `select id from sync.workflow_run where organization_id = $1 and subject = $2
  union select run_id from sync.workflow_read where organization_id = $1 and subject = $2`;

type Ended = Pick<WorkflowRunRow, 'id' | 'workflow_id' | 'waits_for'>;

/** Those that are not over end: whatever who has one still answers is refused. */
export async function endRunsOf(
  tx: Tx,
  organization: number,
  subject: string,
  { error, now }: { error: string; now: Date },
): Promise<Ended[]> {
  const ended = await tx.rows<Ended>(
    `update sync.workflow_run set status = 'failed', fence = fence + 1, due_at = null,
       lease_until = null, finished_at = $3, error = $4
     where organization_id = $1 and id in (${ofSubject})
       and status in ('queued', 'running', 'waiting')
     returning id, workflow_id, waits_for`,
    [organization, subject, now, error],
  );
  await tx.rows(
    `update sync.workflow_step set status = 'skipped', finished_at = $3
     where organization_id = $1 and run_id = any($2) and status in ('pending', 'running')`,
    [organization, ended.map(({ id }) => id), now],
  );
  return ended;
}

/** What runs hold that are over of somebody or something that is gone; `except`: why those failed is kept. */
export async function forgetRunsOf(
  tx: Tx,
  organization: number,
  subject: string,
  except: readonly string[] = [],
): Promise<void> {
  const runs = await tx.rows<{ id: string }>(
    `update sync.workflow_run set encrypted_trigger = null, subject = null,
       error = case when error is null or id = any($4) then error else $3 end
     where organization_id = $1 and id in (${ofSubject}) returning id`,
    [organization, subject, 'Why it failed was forgotten.', except],
  );
  await forgetSteps(tx, organization, runs);
  await tx.rows('delete from sync.workflow_read where organization_id = $1 and run_id = any($2)', [
    organization,
    runs.map(({ id }) => id),
  ]);
}

/**
 * What runs hold that are over and had read records of a product themselves: of whom is not known any
 * more, so that all of it goes.
 */
export async function forgetReadRuns(tx: Tx, organization: number, provider: string) {
  const reading = await tx.rows<{ workflow_id: string; version: number }>(
    `select v.workflow_id, v.version from sync.workflow_version v
     join sync.connection c on c.organization_id = v.organization_id and c.provider = $2
     where v.organization_id = $1 and jsonb_path_exists(v.definition,
       '$.** ? (@.type == "query" && @.connection_id == $id)', jsonb_build_object('id', c.id))`,
    [organization, provider],
  );
  if (reading.length === 0) return;
  const runs = await tx.rows<{ id: string }>(
    `update sync.workflow_run r set encrypted_trigger = null, subject = null
     from unnest($2::text[], $3::int[]) as v (workflow_id, version)
     where r.organization_id = $1 and r.workflow_id = v.workflow_id and r.version = v.version
       and r.finished_at is not null and r.encrypted_trigger is not null
     returning r.id`,
    [
      organization,
      reading.map(({ workflow_id }) => workflow_id),
      reading.map(({ version }) => version),
    ],
  );
  await forgetSteps(tx, organization, runs);
}

async function forgetSteps(tx: Tx, organization: number, runs: readonly { id: string }[]) {
  await tx.rows(
    `update sync.workflow_step set encrypted = null
     where organization_id = $1 and run_id = any($2)`,
    [organization, runs.map(({ id }) => id)],
  );
}

/** In a restored copy: what would be done by itself waits until its workflow is enabled there. */
export async function stopAllWorkflows(db: Db): Promise<void> {
  await db.rows('update sync.workflow set enabled = false where enabled');
  await db.rows(
    `update sync.workflow_run set status = 'cancelled', fence = fence + 1, due_at = null,
       lease_until = null, finished_at = now(),
       error = 'The database was restored from a copy: retry the run if it is still to be done.'
     where status in ('queued', 'running', 'waiting')`,
  );
}

const batchMax = 100;

/** For when the master key is replaced. */
export const workflowRunKeyColumn: SealedColumn = {
  name: 'sync.workflow_run',
  async selectBatch(tx, key) {
    const rows = await tx.rows<{ id: string; sealed_key: Buffer }>(
      'select id, sealed_key from sync.workflow_run where id > $1 order by id limit $2 for update',
      [key, batchMax],
    );
    return rows.map(({ id, sealed_key: sealed }) => ({ key: id, context: contextOf(id), sealed }));
  },
  async update(tx, { key, sealed }) {
    await tx.rows('update sync.workflow_run set sealed_key = $2 where id = $1', [key, sealed]);
  },
};
