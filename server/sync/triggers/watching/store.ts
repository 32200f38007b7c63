import type { Db, Tx } from '../../../runtime/database/database.ts';
import { updateTriggerWatching } from '../../syncs/watches/store.ts';
import type { TriggerRow } from '../store.ts';
import type { Seen } from './deciding.ts';

/** What a trigger looks for. */
export type WatchedRow = Pick<
  TriggerRow,
  'id' | 'type' | 'filter' | 'field' | 'is_from_beginning' | 'workflow_id' | 'sync_id'
> & {
  connection_id: string;
  object: string;
  watch_id: string;
  /** What was there when it began has been seen. */
  is_begun: boolean;
};

/** As it is now; undefined where this watch is not its own any more. */
export async function selectWatched(
  db: Db,
  organization: number,
  watch: string,
): Promise<WatchedRow | undefined> {
  const [row] = await db.rows<WatchedRow>(
    `select t.id, t.type, t.connection_id, t.object, t.field, t.filter, t.is_from_beginning,
       t.workflow_id, t.sync_id, t.watch_id, s.watched_at is not null as is_begun
     from sync.sync s
     join sync.trigger t on t.organization_id = s.organization_id and t.watch_id = s.id
     where s.organization_id = $1 and s.id = $2`,
    [organization, watch],
  );
  return row;
}

/** Whether a run goes on: it sees nothing more once it is to end. */
export async function selectGoesOn(db: Db, organization: number, runId: string): Promise<boolean> {
  const rows = await db.rows(
    `select from sync.run
     where organization_id = $1 and id = $2 and cancel_requested_at is null`,
    [organization, runId],
  );
  return rows.length > 0;
}

/** By the hexadecimal digits of the hashes of their keys. */
export async function selectSeen(
  tx: Tx,
  organization: number,
  watch: string,
  keys: readonly Buffer[],
): Promise<Map<string, Seen>> {
  const rows = await tx.rows<{ key: Buffer } & Seen>(
    `select key_hash as key, fields_hash as fields, is_baseline as "isBaseline" from sync.seen
     where organization_id = $1 and watch_id = $2 and key_hash = any($3::bytea[])`,
    [organization, watch, keys],
  );
  return new Map(rows.map(({ key, ...seen }) => [key.toString('hex'), seen]));
}

export async function upsertSeen(
  tx: Tx,
  organization: number,
  watch: string,
  seen: readonly (Seen & { key: Buffer })[],
): Promise<void> {
  if (seen.length === 0) return;
  await tx.rows(
    `insert into sync.seen (organization_id, watch_id, key_hash, fields_hash, is_baseline)
     select $1, $2, * from unnest($3::bytea[], $4::bytea[], $5::boolean[])
     on conflict (organization_id, watch_id, key_hash)
     do update set fields_hash = excluded.fields_hash, is_baseline = excluded.is_baseline`,
    [
      organization,
      watch,
      seen.map(({ key }) => key),
      seen.map(({ fields }) => fields),
      seen.map(({ isBaseline }) => isBaseline),
    ],
  );
}

export async function deleteSeen(
  tx: Tx,
  organization: number,
  watch: string,
  keys: readonly Buffer[],
): Promise<void> {
  if (keys.length === 0) return;
  await tx.rows(
    `delete from sync.seen
     where organization_id = $1 and watch_id = $2 and key_hash = any($3::bytea[])`,
    [organization, watch, keys],
  );
}

/** All records of the source are gone. */
export async function deleteAllSeen(tx: Tx, organization: number, watch: string): Promise<void> {
  await tx.rows('delete from sync.seen where organization_id = $1 and watch_id = $2', [
    organization,
    watch,
  ]);
}

/**
 * By watches that are gone, so many at a time; answers how many there were. It goes from one watch to
 * the next: beside 100,000 records that are seen, 12 pages in place of 1,033.
 */
export async function deleteUnwatched(tx: Tx, limit: number): Promise<number> {
  const rows = await tx.rows(
    `with recursive watches as (
       (select organization_id, watch_id from sync.seen order by organization_id, watch_id limit 1)
       union all
       select next.* from watches w, lateral (
         select s.organization_id, s.watch_id from sync.seen s
         where (s.organization_id, s.watch_id) > (w.organization_id, w.watch_id)
         order by s.organization_id, s.watch_id limit 1) next
     ), gone as materialized (
       select w.* from watches w where not exists (select from sync.sync s
         where s.organization_id = w.organization_id and s.id = w.watch_id)
     )
     delete from sync.seen where ctid = any(array(
       select of_it.at from gone g, lateral (
         select s.ctid as at from sync.seen s
         where s.organization_id = g.organization_id and s.watch_id = g.watch_id limit $1) of_it
       limit $1)) returning 1`,
    [limit],
  );
  return rows.length;
}

/** What was there at the beginning has been seen. */
export async function updateBegun(
  tx: Tx,
  organization: number,
  watch: string,
  now: Date,
): Promise<void> {
  await tx.rows(
    `update sync.sync set watched_at = $3
     where organization_id = $1 and id = $2 and watched_at is null`,
    [organization, watch, now],
  );
  await updateTriggerWatching(tx, organization, watch);
}

/** What is there when it begins is what was there. */
export async function updateWatchBegun(tx: Tx, organization: number, watch: string, now: Date) {
  await tx.rows(
    `update sync.sync set enabled = true, next_run_at = $3, watched_at = null
     where organization_id = $1 and id = $2`,
    [organization, watch, now],
  );
}

export async function updateWatchStopped(
  tx: Tx,
  organization: number,
  watch: string,
): Promise<void> {
  await tx.rows(
    `update sync.sync set enabled = false, next_run_at = null
     where organization_id = $1 and id = $2`,
    [organization, watch],
  );
}
