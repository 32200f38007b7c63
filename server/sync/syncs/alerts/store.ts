import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { SyncRow } from '../store.ts';
import type { AlertName, EndedRun } from './rules.ts';

export type AlertRow = { alert: AlertName; message: string; since: Date };
type SyncKey = Pick<SyncRow, 'organization_id' | 'id'>;

const runsMax = 100;

export async function selectAlerts(db: Db, { organization_id, id }: SyncKey) {
  return db.rows<AlertRow>(
    'select alert, message, since from sync.alert where organization_id = $1 and sync_id = $2',
    [organization_id, id],
  );
}

export async function upsertAlert(tx: Tx, { organization_id, id }: SyncKey, row: AlertRow) {
  await tx.rows(
    `insert into sync.alert (organization_id, sync_id, alert, message, since)
     values ($1, $2, $3, $4, $5)
     on conflict (organization_id, sync_id, alert) do update set message = excluded.message`,
    [organization_id, id, row.alert, row.message, row.since],
  );
}

export async function deleteAlert(tx: Tx, { organization_id, id }: SyncKey, alert: AlertName) {
  await tx.rows(
    'delete from sync.alert where organization_id = $1 and sync_id = $2 and alert = $3',
    [organization_id, id, alert],
  );
}

/** Those by which a sync is judged, newest first; one that goes on and has done what there was, too. */
export async function selectEndedRuns(db: Db, { organization_id, id }: SyncKey) {
  return db.rows<EndedRun>(
    `select case when status = 'failed' then 'failed' else 'completed' end as status,
       records_read::float8, records_failed::float8 from sync.run
     where organization_id = $1 and sync_id = $2
       and (status in ('completed', 'failed') or status = 'running' and settled is not null)
       and not request ?| array['from', 'to', 'keys', 'retry_of']
     order by id desc limit $3`,
    [organization_id, id, runsMax],
  );
}

/** Of all organizations, those whose last success has become too long ago since somebody looked. */
export async function selectSilentSyncs(db: Db, now: Date, limit: number) {
  return db.rows<SyncKey>(
    `select s.organization_id, s.id from sync.sync s
     where enabled and settings->'alerts'->>'no_success_for' is not null
       and greatest(succeeded_at, updated_at)
         + make_interval(secs => (settings->'alerts'->>'no_success_for')::float8) <= $1
       and not exists (select from sync.alert a where a.organization_id = s.organization_id
         and a.sync_id = s.id and a.alert = 'no_success_for')
     order by s.organization_id, s.id limit $2`,
    [now, limit],
  );
}
