import { randomBytes } from 'node:crypto';
import type { Db, Tx } from '../../../runtime/database/database.ts';
import { updateTriggerWatching } from '../watches/store.ts';

/** Whoever holds a feed renews its lease several times within this. */
export const leaseSeconds = 12;

export type FeedClaim = {
  organization: number;
  connectionId: string;
  fence: number;
  slot: string;
  confirmed: string | null;
};

export type FollowingRow = {
  sync_id: string;
  object: string;
  object_id: string;
  joining: string;
  joined_at: string | null;
  written: string | null;
  stored: string | null;
  ended: string | null;
};

const columns =
  'f.sync_id, f.object, f.object_id, f.joining, f.joined_at, f.written, f.stored, f.ended';

/** Somebody is to follow what changes at the source of a sync. */
export async function ensureFeed(tx: Tx, organization: number, syncId: string): Promise<void> {
  await tx.rows(
    // Whoever ends the feed at this moment waits, and looks again.
    `insert into sync.feed as f (organization_id, connection_id, slot)
     select s.organization_id, s.source_id, $3 from sync.sync s
     where s.organization_id = $1 and s.id = $2
     on conflict (organization_id, connection_id) do update set slot = f.slot`,
    [organization, syncId, `heddle_${randomBytes(12).toString('hex')}`],
  );
}

/** Takes one that nobody holds, and the runs that its last holder has left. */
export async function claimFeed(tx: Tx): Promise<FeedClaim | undefined> {
  const [claim] = await tx.rows<FeedClaim>(
    `with chosen as (
       select organization_id, connection_id from sync.feed
       where lease_until is null or lease_until < clock_timestamp()
       order by lease_until nulls first limit 1 for update skip locked)
     update sync.feed f set lease_until = clock_timestamp() + make_interval(secs => $1),
       fence = f.fence + 1
     from chosen c
     where f.organization_id = c.organization_id and f.connection_id = c.connection_id
     returning f.organization_id::float8 as organization, f.connection_id as "connectionId",
       f.fence::float8 as fence, f.slot, f.confirmed`,
    [leaseSeconds],
  );
  if (!claim) return undefined;
  await tx.rows(
    `update sync.run r set status = 'queued', lease_until = null, progress = null
     from sync.sync s
     where s.organization_id = $1 and s.source_id = $2
       and r.organization_id = s.organization_id and r.sync_id = s.id
       and r.trigger = 'realtime' and r.status = 'running' and r.cancel_requested_at is null`,
    [claim.organization, claim.connectionId],
  );
  return claim;
}

export type Standing = {
  syncId: string;
  written: string | null;
  stored: string | null;
  lagSeconds: number | null;
  lagBytes: number | null;
  status: string | null;
};

/** Renews the lease and says where each sync is. False when somebody else holds the feed by now. */
export async function updateFeedBeat(
  tx: Tx,
  { organization, connectionId, fence }: FeedClaim,
  { confirmed, standings }: { confirmed: string | null; standings: readonly Standing[] },
): Promise<boolean> {
  const held = await tx.rows(
    `update sync.feed set lease_until = clock_timestamp() + make_interval(secs => $4),
       confirmed = coalesce($5, confirmed)
     where organization_id = $1 and connection_id = $2 and fence = $3 returning 1`,
    [organization, connectionId, fence, leaseSeconds, confirmed],
  );
  if (held.length === 0) return false;
  if (standings.length === 0) return true;
  await tx.rows(
    `update sync.following f set written = coalesce(g.written, f.written),
       stored = coalesce(g.stored, f.stored), lag_seconds = g.seconds, lag_bytes = g.bytes,
       wal_status = g.status
     from unnest($2::text[], $3::text[], $4::text[], $5::float8[], $6::bigint[], $7::text[])
       as g (sync_id, written, stored, seconds, bytes, status)
     where f.organization_id = $1 and f.sync_id = g.sync_id`,
    [
      organization,
      standings.map(({ syncId }) => syncId),
      standings.map(({ written }) => written),
      standings.map(({ stored }) => stored),
      standings.map(({ lagSeconds }) => lagSeconds),
      standings.map(({ lagBytes }) => lagBytes),
      standings.map(({ status }) => status),
    ],
  );
  return true;
}

/** What is kept begins there: nothing earlier was confirmed of it. */
export async function updateFeedBeginning(
  tx: Tx,
  { organization, connectionId, fence }: FeedClaim,
  confirmed: string,
): Promise<void> {
  await tx.rows(
    `update sync.feed set confirmed = $4
     where organization_id = $1 and connection_id = $2 and fence = $3`,
    [organization, connectionId, fence, confirmed],
  );
}

/** Somebody else may have it at once, or after some seconds where it could not be held. */
export async function releaseFeed(
  tx: Tx,
  { organization, connectionId, fence }: FeedClaim,
  seconds = 0,
) {
  await tx.rows(
    `update sync.feed set lease_until = clock_timestamp() + make_interval(secs => $4)
     where organization_id = $1 and connection_id = $2 and fence = $3`,
    [organization, connectionId, fence, seconds],
  );
}

/** Nobody follows it any more, and nobody is about to. Whether that is so. */
export async function deleteFeed(tx: Tx, claim: FeedClaim): Promise<boolean> {
  const { organization, connectionId, fence } = claim;
  const held = await tx.rows(
    `select 1 from sync.feed
     where organization_id = $1 and connection_id = $2 and fence = $3 for update`,
    [organization, connectionId, fence],
  );
  if (held.length === 0) return true;
  if (await isNeeded(tx, claim)) return false;
  await tx.rows('delete from sync.feed where organization_id = $1 and connection_id = $2', [
    organization,
    connectionId,
  ]);
  return true;
}

async function isNeeded(db: Db, { organization, connectionId }: FeedClaim): Promise<boolean> {
  const [row] = await db.rows<{ isNeeded: boolean }>(
    `select exists (select from sync.following
         where organization_id = $1 and connection_id = $2)
       or exists (select from sync.run r
         join sync.sync s on s.organization_id = r.organization_id and s.id = r.sync_id
         where s.organization_id = $1 and s.source_id = $2 and r.trigger = 'realtime'
           and r.status in ('queued', 'running')) as "isNeeded"`,
    [organization, connectionId],
  );
  return row?.isNeeded === true;
}

/** Under which name a source keeps what it has not told; undefined where nobody has it keep anything. */
export async function selectSlot(db: Db, organization: number, connectionId: string) {
  const [row] = await db.rows<{ slot: string }>(
    'select slot from sync.feed where organization_id = $1 and connection_id = $2',
    [organization, connectionId],
  );
  return row?.slot;
}

/** Runs that wait for whoever holds the feed. */
export async function selectWaitingRuns(
  db: Db,
  { organization, connectionId }: FeedClaim,
  now: Date,
): Promise<string[]> {
  const rows = await db.rows<{ id: string }>(
    `select r.id from sync.run r
     join sync.sync s on s.organization_id = r.organization_id and s.id = r.sync_id
     where s.organization_id = $1 and s.source_id = $2 and r.trigger = 'realtime'
       and r.status = 'queued' and (r.retry_at is null or r.retry_at <= $3) order by r.created_at`,
    [organization, connectionId, now],
  );
  return rows.map(({ id }) => id);
}

/** What is kept for whom; syncs that are stopped, or follow something else by now, leave. */
export async function settleFollowing(
  tx: Tx,
  { organization, connectionId }: FeedClaim,
): Promise<FollowingRow[]> {
  await tx.rows(
    `delete from sync.following f using sync.sync s
     where f.organization_id = $1 and f.connection_id = $2
       and s.organization_id = f.organization_id and s.id = f.sync_id
       and not (s.enabled and s.schedule = 'realtime' and s.source_id = f.connection_id)`,
    [organization, connectionId],
  );
  return tx.rows<FollowingRow>(
    `select ${columns} from sync.following f
     where f.organization_id = $1 and f.connection_id = $2 order by f.sync_id`,
    [organization, connectionId],
  );
}

export async function selectFollowing(
  db: Db,
  organization: number,
  syncId: string,
): Promise<FollowingRow | undefined> {
  const [row] = await db.rows<FollowingRow>(
    `select ${columns} from sync.following f where f.organization_id = $1 and f.sync_id = $2`,
    [organization, syncId],
  );
  return row;
}

/**
 * From now on what changes is kept for it; in place of an earlier joining. False when somebody else holds
 * the feed by now.
 */
export async function insertFollowing(
  tx: Tx,
  { organization, connectionId, fence }: FeedClaim,
  row: Pick<FollowingRow, 'sync_id' | 'object' | 'object_id' | 'joining'>,
): Promise<boolean> {
  const rows = await tx.rows(
    `with held as (
       select organization_id, connection_id from sync.feed
       where organization_id = $1 and connection_id = $2 and fence = $7 for share)
     insert into sync.following (organization_id, connection_id, sync_id, object, object_id, joining)
     select organization_id, connection_id, $3, $4, $5, $6 from held
     on conflict (organization_id, sync_id) do update set connection_id = excluded.connection_id,
       object = excluded.object, object_id = excluded.object_id, joining = excluded.joining,
       joined_at = null, written = null, stored = null, ended = null, lag_seconds = null,
       lag_bytes = null, wal_status = null returning 1`,
    [organization, connectionId, row.sync_id, row.object, row.object_id, row.joining, fence],
  );
  return rows.length > 0;
}

/** False where it has left meanwhile. */
export async function updateJoined(
  tx: Tx,
  organization: number,
  syncId: string,
  { joining, at }: { joining: string; at: string },
): Promise<boolean> {
  const rows = await tx.rows(
    `update sync.following set joined_at = $4, stored = $4
     where organization_id = $1 and sync_id = $2 and joining = $3 returning 1`,
    [organization, syncId, joining, at],
  );
  await updateTriggerWatching(tx, organization, syncId);
  return rows.length > 0;
}

/** What is kept for these is given up; their next runs say why, and end with it. */
export async function updateFollowingEnded(
  tx: Tx,
  organization: number,
  syncIds: readonly string[],
  reason: string,
): Promise<void> {
  await tx.rows(
    `update sync.following set ended = $3
     where organization_id = $1 and sync_id = any($2) and ended is null`,
    [organization, syncIds, reason],
  );
}

/** Nothing is kept for it any more: it comes back by a new read. `joining`: only where it is of that. */
export async function deleteFollowing(
  tx: Tx,
  organization: number,
  syncId: string,
  joining?: string,
): Promise<boolean> {
  const rows = await tx.rows(
    `delete from sync.following where organization_id = $1 and sync_id = $2
       and ($3::text is null or joining = $3) returning 1`,
    [organization, syncId, joining ?? null],
  );
  return rows.length > 0;
}

/** In a copy they would take the place of the original at its sources. */
export async function deleteAllFeeds(db: Db): Promise<void> {
  await db.rows('delete from sync.feed');
}
