import type { Db } from '../../runtime/database/database.ts';
import type { Pause } from '../syncs/runs/store.ts';

export type Found = { organization_id: number; id: string; name: string; status?: string };

const shownMax = 10;

/** Of all organizations, by id or name. */
export async function selectConnectionsCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name, status from sync.connection where id = $1 or name = $1
     order by id limit ${shownMax}`,
    [given],
  );
}

export async function selectSyncsCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name, case when enabled then 'enabled' else 'stopped' end as status
     from sync.sync where watches is null and (id = $1 or name = $1) order by id limit ${shownMax}`,
    [given],
  );
}

/** Of one organization where that is said. */
export async function selectTransformsCalled(
  db: Db,
  given: string,
  organization?: number,
): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name from sync.transform
     where (id = $1 or name = $1) and ($2::bigint is null or organization_id = $2)
     order by id limit ${shownMax}`,
    [given, organization ?? null],
  );
}

export async function selectTriggersCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name from sync.trigger
     where id = $1 or name = $1 order by id limit ${shownMax}`,
    [given],
  );
}

/** By its id, or by its provider and version. */
export async function selectExtensionsCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name from sync.extension
     where id = $1 or provider || '@' || version = $1 order by id limit ${shownMax}`,
    [given],
  );
}

/** By its id or its description. */
export async function selectWebhooksCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, description as name from sync.webhook
     where id = $1 or description = $1 order by id limit ${shownMax}`,
    [given],
  );
}

export async function selectWorkflowsCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name from sync.workflow
     where id = $1 or name = $1 order by id limit ${shownMax}`,
    [given],
  );
}

const workers = `select from pg_stat_activity
  where datname = current_database() and application_name ~ '^heddle [0-9]+ worker$'`;

/** Whether some process does runs on this database: a server with the role `worker`. */
export async function selectIsWorkerThere(db: Db): Promise<boolean> {
  const rows = await db.rows(`${workers} limit 1`);
  return rows.length > 0;
}

/** Whether somebody does this run, or may take it up. */
export async function selectIsAttended(db: Db, organization: number, run: string) {
  const [row] = await db.rows<{ is: boolean }>(
    `select exists (${workers}) or exists (
       select from sync.run where organization_id = $1 and id = $2 and lease_until > now()) as is`,
    [organization, run],
  );
  return row?.is === true;
}

export type PausedRun = { sync_id: string; pause: Pause };

/** The runs of an organization that wait for somebody, as their guards paused them. */
export async function selectPausedRuns(db: Db, organization: number): Promise<PausedRun[]> {
  return db.rows<PausedRun>(
    `select sync_id, pause from sync.run where organization_id = $1 and status = 'paused'`,
    [organization],
  );
}

/** How many records wait, by sync: those that its last run to set any aside did, and nobody tried again. */
export async function selectWaiting(db: Db, organization: number) {
  return db.rows<{ sync_id: string; records: number }>(
    `select last.sync_id, count(*)::float8 as records
     from (select distinct on (sync_id) sync_id, id from sync.run
           where organization_id = $1 and records_failed > 0
           order by sync_id, created_at desc, id desc) as last
     join sync.rejected on rejected.organization_id = $1 and rejected.run_id = last.id
       and rejected.retried_at is null
     group by last.sync_id`,
    [organization],
  );
}
