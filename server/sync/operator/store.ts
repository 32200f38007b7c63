import type { Db } from '../../runtime/database/database.ts';
import type { Pause } from '../syncs/runs/store.ts';

export type Found = { organization_id: number; id: string; name: string };

const shownMax = 10;

/** Of all organizations, by id or name. */
export async function selectConnectionsCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name from sync.connection where id = $1 or name = $1
     order by id limit ${shownMax}`,
    [given],
  );
}

export async function selectSyncsCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name from sync.sync where id = $1 or name = $1
     order by id limit ${shownMax}`,
    [given],
  );
}

export async function selectTransformsCalled(db: Db, given: string): Promise<Found[]> {
  return db.rows<Found>(
    `select organization_id, id, name from sync.transform where id = $1 or name = $1
     order by id limit ${shownMax}`,
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
