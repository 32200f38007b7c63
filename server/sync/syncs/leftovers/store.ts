import type { Db, Tx } from '../../../runtime/database/database.ts';
import { deleteAllFeeds } from '../following/store.ts';

export type Leftover = {
  organization_id: number;
  connection_id: string;
  object: string;
  /** By whom the destination knows it: a sync, or a run of a part. */
  owner_id: string;
  fence: number;
  is_gone: boolean;
  created_at: Date;
};

/** Nothing, when its connection is gone. */
export async function upsertLeftover(
  tx: Tx,
  organization: number,
  left: Omit<Leftover, 'organization_id' | 'created_at'>,
  { now, due }: { now: Date; due: Date },
): Promise<void> {
  const { connection_id, object, owner_id, fence, is_gone } = left;
  await tx.rows(
    `insert into sync.leftover as known (organization_id, connection_id, object, owner_id, fence, is_gone,
       due_at, created_at)
     select organization_id, id, $3, $4, $5, $6, $7, $8 from sync.connection
     where organization_id = $1 and id = $2 for key share
     on conflict (organization_id, connection_id, object, owner_id) do update
       set fence = greatest(known.fence, excluded.fence), is_gone = known.is_gone or excluded.is_gone,
         attempts = 0, due_at = excluded.due_at, created_at = excluded.created_at`,
    [organization, connection_id, object, owner_id, fence, is_gone, due, now],
  );
}

export type Place = Pick<Leftover, 'connection_id' | 'object' | 'owner_id'>;

/** Where a sync may have left something: its runs say where each has written. */
export async function selectPlaces(tx: Tx, organization: number, syncId: string): Promise<Place[]> {
  return tx.rows<Place>(
    `select distinct to_ ->> 'connection_id' as connection_id, to_ ->> 'object' as object,
       case when request ?| array['from', 'to', 'keys', 'retry_of'] then id else sync_id end as owner_id
     from sync.run, lateral (select plan -> 'definition' -> 'destination' as to_) as place
     where organization_id = $1 and sync_id = $2 and plan is not null
       and (status <> 'completed' or not request ?| array['from', 'to', 'keys', 'retry_of'])
     union select destination_id, settings -> 'destination' ->> 'object', id from sync.sync
     where organization_id = $1 and id = $2 and fence > 0`,
    [organization, syncId],
  );
}

/** Of all organizations, those that are due: they are due again, later each time, unless they are deleted. */
export async function takeDueLeftovers(
  tx: Tx,
  { now, limit, minutesMax }: { now: Date; limit: number; minutesMax: number },
): Promise<Leftover[]> {
  return tx.rows<Leftover>(
    `update sync.leftover set attempts = attempts + 1,
       due_at = $1::timestamptz + make_interval(mins => least($3, power(2, least(attempts, 10))::int))
     where (organization_id, connection_id, object, owner_id) in (
       select organization_id, connection_id, object, owner_id from sync.leftover
       where due_at <= $1 order by due_at limit $2 for update skip locked)
     returning organization_id, connection_id, object, owner_id, fence, is_gone, created_at`,
    [now, limit, minutesMax],
  );
}

/** Unless it has become more meanwhile. */
export async function deleteLeftover(
  tx: Tx,
  { organization_id, connection_id, object, owner_id, fence, is_gone }: Leftover,
): Promise<void> {
  await tx.rows(
    `delete from sync.leftover where organization_id = $1 and connection_id = $2 and object = $3
       and owner_id = $4 and fence = $5 and is_gone = $6`,
    [organization_id, connection_id, object, owner_id, fence, is_gone],
  );
}

/** Those of all organizations, and their runs: in a copy they would write where the original does. */
export async function stopAllSyncs(db: Db): Promise<void> {
  await db.rows('update sync.sync set enabled = false, next_run_at = null where enabled');
  await db.rows(
    `update sync.run set status = 'cancelled', finished_at = now(), lease_until = null,
       error = 'The database was restored as a copy; enable the sync to run it here.'
     where status in ('queued', 'running', 'paused')`,
  );
  await db.rows('delete from sync.leftover');
  await deleteAllFeeds(db);
}
