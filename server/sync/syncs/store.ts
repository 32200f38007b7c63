import type { Db, Tx } from '../../runtime/database/database.ts';
import type { Page } from '../conventions/lists.ts';
import type { AlertLimits, Definition } from './definition.ts';

export type SyncRow = {
  organization_id: number;
  id: string;
  name: string;
  source_id: string;
  destination_id: string;
  settings: Definition;
  schedule: string;
  timezone: string;
  enabled: boolean;
  outcome: 'completed' | 'failed' | null;
  records_synced: number;
  skipped_ticks: number;
  last_run_at: Date | null;
  succeeded_at: Date | null;
  next_run_at: Date | null;
  position: string | null;
  position_at: Date | null;
  position_is_set: boolean;
  fields: string[] | null;
  /** As its last run found it. */
  mode: Definition['mode'];
  /** The same of the field by which what is new is found. */
  cursor_found: string | null;
  fence: number;
  created_at: Date;
  updated_at: Date;
  /** Of its active run. */
  active: string | null;
  firing: { alert: keyof AlertLimits; message: string; since: string }[];
  /** Of one in realtime. */
  lag: Lag | null;
  /** The trigger that sees records by it: it is that one's alone. */
  watches: string | null;
};

/** How far a sync is behind its source, and by what that keeps what it has not told yet. */
export type Lag = {
  seconds: number | null;
  bytes: number | null;
  slot: string | null;
  wal_status: string | null;
};

export const columns = `s.organization_id, s.id, s.name, s.source_id, s.destination_id, s.settings, s.schedule,
  s.timezone, s.enabled, s.outcome, s.records_synced, s.skipped_ticks, s.last_run_at, s.succeeded_at, s.next_run_at,
  s.position, s.position_at, s.position_is_set, s.fields, s.mode, s.cursor_found, s.fence, s.created_at, s.updated_at, s.watches`;
const lag = `(
  select jsonb_build_object(
    'seconds', coalesce(f.lag_seconds,
      greatest(0, round(extract(epoch from clock_timestamp() - s.succeeded_at), 3))),
    'bytes', f.lag_bytes, 'slot', d.slot, 'wal_status', f.wal_status)
  from (values (1)) one
  left join sync.following f on f.organization_id = s.organization_id and f.sync_id = s.id
  left join sync.feed d on d.organization_id = f.organization_id
    and d.connection_id = f.connection_id)`;
/** How it stands just now. */
export const standing = `(select r.status from sync.run r where r.organization_id = s.organization_id
  and r.sync_id = s.id and r.status in ('queued', 'running', 'paused')) as active,
  (select coalesce(jsonb_agg(jsonb_build_object('alert', a.alert, 'message', a.message,
     'since', a.since) order by a.since, a.alert), '[]')
   from sync.alert a where a.organization_id = s.organization_id and a.sync_id = s.id) as firing,
  case when s.schedule = 'realtime' then ${lag} end as lag`;

export type SyncToStore = Pick<
  SyncRow,
  'id' | 'name' | 'settings' | 'schedule' | 'timezone' | 'enabled' | 'next_run_at'
>;

export async function insertSync(
  tx: Tx,
  organization: number,
  sync: SyncToStore & { watches?: string },
  now: Date,
) {
  const { id, name, settings, schedule, timezone, enabled, next_run_at, watches = null } = sync;
  const [row] = await tx.rows<SyncRow>(
    `insert into sync.sync as s (organization_id, id, name, source_id, destination_id, settings,
       schedule, timezone, enabled, next_run_at, created_at, updated_at, watches)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)
     returning ${columns}, ${standing}`,
    [
      organization,
      id,
      name,
      settings.source.connection_id,
      settings.destination.connection_id,
      JSON.stringify(settings),
      schedule,
      timezone,
      enabled,
      next_run_at,
      now,
      watches,
    ],
  );
  return row as SyncRow;
}

export async function updateSync(tx: Tx, organization: number, sync: SyncToStore, now: Date) {
  const { id, name, settings, schedule, timezone, enabled, next_run_at } = sync;
  const [row] = await tx.rows<SyncRow>(
    `update sync.sync s set name = $3, source_id = $4, destination_id = $5, settings = $6,
       schedule = $7, timezone = $8, enabled = $9, next_run_at = $10, updated_at = $11,
       fields = case when s.settings->'source' = $6::jsonb->'source' then s.fields end,
       mode = case when s.settings->'source' = $6::jsonb->'source'
         and s.settings->'key' = $6::jsonb->'key' then s.mode end,
       cursor_found = case when s.settings->'source' = $6::jsonb->'source' then s.cursor_found end
     where organization_id = $1 and id = $2 returning ${columns}, ${standing}`,
    [
      organization,
      id,
      name,
      settings.source.connection_id,
      settings.destination.connection_id,
      JSON.stringify(settings),
      schedule,
      timezone,
      enabled,
      next_run_at,
      now,
    ],
  );
  return row as SyncRow;
}

export async function selectSyncs(db: Db, organization: number, { after, limit }: Page) {
  return db.rows<SyncRow>(
    `select ${columns}, ${standing} from sync.sync s
     where s.organization_id = $1 and s.watches is null and ($2::text is null or s.id < $2) order by s.id desc limit $3`,
    [organization, after, limit],
  );
}

export async function selectSync(
  db: Db,
  organization: number,
  id: string,
): Promise<SyncRow | undefined> {
  const row = await selectAnySync(db, organization, id);
  return row?.watches === null ? row : undefined;
}

/** Also one by which a trigger sees records. */
export async function selectAnySync(
  db: Db,
  organization: number,
  id: string,
): Promise<SyncRow | undefined> {
  const [row] = await db.rows<SyncRow>(
    `select ${columns}, ${standing} from sync.sync s where s.organization_id = $1 and s.id = $2`,
    [organization, id],
  );
  return row;
}

export async function lockSync(
  tx: Tx,
  organization: number,
  id: string,
): Promise<SyncRow | undefined> {
  const [row] = await tx.rows<SyncRow>(
    `select ${columns}, ${standing} from sync.sync s
     where s.organization_id = $1 and s.id = $2 and s.watches is null for update of s`,
    [organization, id],
  );
  return row;
}

export async function countSyncs(tx: Tx, organization: number): Promise<number> {
  const [row] = await tx.rows<{ count: number }>(
    `select count(*)::int as count from sync.sync
     where organization_id = $1 and watches is null`,
    [organization],
  );
  return row?.count ?? 0;
}

/** False: a trigger runs it. */
export async function deleteSync(tx: Tx, organization: number, id: string): Promise<boolean> {
  const gone = await tx.rows(
    `delete from sync.sync where organization_id = $1 and id = $2 and not exists (
       select from sync.trigger where organization_id = $1 and sync_id = $2) returning id`,
    [organization, id],
  );
  return gone.length > 0;
}

/** The transforms that a sync uses, in place of those before. */
export async function replaceTransforms(
  tx: Tx,
  organization: number,
  id: string,
  transforms: readonly string[],
): Promise<void> {
  await tx.rows(
    `delete from sync.sync_transform where organization_id = $1 and sync_id = $2
       and transform_id <> all($3)`,
    [organization, id, transforms],
  );
  await tx.rows(
    `insert into sync.sync_transform (organization_id, sync_id, transform_id)
     select $1, $2, unnest($3::text[]) on conflict do nothing`,
    [organization, id, transforms],
  );
}

export async function updatePosition(
  tx: Tx,
  organization: number,
  id: string,
  position: string | null,
  now: Date,
): Promise<void> {
  await tx.rows(
    `update sync.sync set position = $3, position_at = $4, position_is_set = true
     where organization_id = $1 and id = $2`,
    [organization, id, position, now],
  );
}

/** Of the source: what a sync takes of it, and how it writes that. */
export type Found = {
  readonly fields: readonly string[];
  readonly mode: SyncRow['mode'];
  /** The field by which what is new is found. */
  readonly cursor: string | null;
};

export async function updateSyncAfter(
  tx: Tx,
  organization: number,
  id: string,
  after: {
    outcome: 'completed' | 'failed' | null;
    run: string;
    /** It read everything that there was to read. */
    isWhole: boolean;
    position: string | null;
    found: Found | null;
    now: Date;
  },
): Promise<void> {
  await tx.rows(
    `with before as (
       select records_counted from sync.run where organization_id = $1 and id = $4
     ), counted as (
       update sync.run set records_counted = records_written
       where organization_id = $1 and id = $4 returning records_written
     )
     update sync.sync set outcome = coalesce($3, outcome),
       records_synced = records_synced + (select records_written from counted)
         - (select records_counted from before),
       last_run_at = $7,
       succeeded_at = case when $3 = 'completed' and $8 then $7 else succeeded_at end,
       fields = coalesce($6, fields), mode = coalesce($9, mode),
       cursor_found = case when $6::jsonb is null then cursor_found else $10 end,
       position = coalesce($5, position),
       position_at = case when $5::text is null then position_at else $7 end,
       position_is_set = position_is_set and $5::text is null
     where organization_id = $1 and id = $2`,
    [
      organization,
      id,
      after.outcome,
      after.run,
      after.position,
      after.found === null ? null : JSON.stringify(after.found.fields),
      after.now,
      after.isWhole,
      after.found?.mode ?? null,
      after.found?.cursor ?? null,
    ],
  );
}

export async function selectSyncsOf(db: Db, organization: number, connectionId: string) {
  return db.rows<Pick<SyncRow, 'settings'>>(
    `select settings from sync.sync
     where organization_id = $1 and (source_id = $2 or destination_id = $2)`,
    [organization, connectionId],
  );
}

/** Of all organizations, how far those in realtime are behind. */
export async function selectLags(db: Db) {
  return db.rows<{ id: string; lag: Lag }>(
    `select s.id, ${lag} as lag from sync.sync s
     where s.enabled and s.schedule = 'realtime' and s.watches is null`,
  );
}
