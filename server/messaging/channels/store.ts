import type { Db, Tx } from '../../runtime/database/database.ts';
import { isDuplicate } from '../../runtime/database/failures.ts';
import type { Owner } from '../users/store.ts';

export type ChannelRow = {
  id: number;
  name: string;
  description: string;
  is_private: boolean;
  member_ids: number[];
};

const shown = `c.id, c.name, c.description, c.is_private, coalesce((
  select jsonb_agg(m.user_id order by m.user_id) from messaging.channel_member m
  where m.organization_id = c.organization_id and m.channel_id = c.id), '[]') as member_ids`;

/** SQL: whether user $2 may read channel c: it is public, or the user is in it. */
export const readableChannel = `(not c.is_private or exists (
  select from messaging.channel_member r
  where r.organization_id = c.organization_id and r.channel_id = c.id and r.user_id = $2))`;

/** SQL: whether user $2 may read the channel of a post. */
export function isInReadableChannel(post: string): string {
  return `exists (select from messaging.channel c
    where c.organization_id = ${post}.organization_id and c.id = ${post}.channel_id
      and ${readableChannel})`;
}

/** A page in the order of ids, or those with some ids. */
export type Picked = { after: number; limit: number } | { ids: readonly number[] };

/** Those that the user may read and post in, as records. */
export async function selectChannelsPicked(
  db: Db,
  organization: number,
  userId: number,
  picked: Picked,
): Promise<ChannelRow[]> {
  const [condition, values] =
    'ids' in picked
      ? ['c.id = any($3)', [picked.ids, null]]
      : ['c.id > $3', [picked.after, picked.limit]];
  return db.rows<ChannelRow>(
    `select ${shown} from messaging.channel c
     where c.organization_id = $1 and ${condition} and c.archived_at is null and ${readableChannel}
     order by c.id limit $4`,
    [organization, userId, ...values],
  );
}

/** Those that the user may read and post in. */
export async function selectChannels(
  db: Db,
  organization: number,
  userId: number,
): Promise<ChannelRow[]> {
  return db.rows<ChannelRow>(
    `select ${shown} from messaging.channel c
     where c.organization_id = $1 and c.archived_at is null and ${readableChannel}
     order by lower(c.name), c.id`,
    [organization, userId],
  );
}

/** Whether the user may read a channel. */
export async function isReadable(
  db: Db,
  organization: number,
  userId: number,
  id: number,
): Promise<boolean> {
  const rows = await db.rows(
    `select from messaging.channel c where c.organization_id = $1 and c.id = $3 and ${readableChannel}`,
    [organization, userId, id],
  );
  return rows.length > 0;
}

/**
 * The acting user, and the channels with that name or id that they may read: at most two, since a
 * second one makes it ambiguous.
 */
export async function selectActorAndChannels(
  db: Db,
  organization: number,
  owner: Owner,
  by: { id: number } | { name: string },
): Promise<{ id: number; name: string; channel_ids: number[] } | undefined> {
  const condition = 'id' in by ? 'c.id = $3' : 'c.name_key = lower($3)';
  const [row] = await db.rows<{ id: number; name: string; channel_ids: number[] }>(
    `select u.id, u.name, array(
       select c.id from messaging.channel c
       where c.organization_id = $1 and ${condition} and (not c.is_private or exists (
         select from messaging.channel_member r
         where r.organization_id = $1 and r.channel_id = c.id and r.user_id = u.id))
       limit 2) as channel_ids
     from messaging.user u where u.organization_id = $1 and u.${owner.column} = $2`,
    [organization, owner.id, 'id' in by ? by.id : by.name],
  );
  return row;
}

export type ChannelStateRow = {
  id: number;
  name: string;
  description: string;
  is_private: boolean;
  created_by: number | null;
  members_may_change: boolean;
  is_archived: boolean;
  member_count: number;
  last_number: number;
  revision: number;
};

const state = `c.id, c.name, c.description, c.is_private, c.created_by, c.members_may_change,
  c.archived_at is not null as is_archived, c.last_number, c.revision,
  (select count(*)::int from messaging.channel_member m
   where m.organization_id = c.organization_id and m.channel_id = c.id) as member_count`;

/** The channels that a user may read, and whether the user is in them. */
export async function selectReadableChannels(
  db: Db,
  organization: number,
  userId: number,
): Promise<(ChannelStateRow & { is_joined: boolean })[]> {
  return db.rows<ChannelStateRow & { is_joined: boolean }>(
    `select ${state}, exists (
       select from messaging.channel_member r
       where r.organization_id = $1 and r.channel_id = c.id and r.user_id = $2) as is_joined
     from messaging.channel c
     where c.organization_id = $1 and ${readableChannel}
     order by lower(c.name), c.id`,
    [organization, userId],
  );
}

/** Channels by id; the caller knows who may read them. */
export async function selectChannelStates(
  db: Db,
  organization: number,
  ids: readonly number[],
): Promise<ChannelStateRow[]> {
  return db.rows<ChannelStateRow>(
    `select ${state} from messaging.channel c where c.organization_id = $1 and c.id = any($2)`,
    [organization, ids],
  );
}

/** A channel, locked until the transaction ends. */
export async function lockChannel(
  tx: Tx,
  organization: number,
  id: number,
): Promise<ChannelStateRow | undefined> {
  const [row] = await tx.rows<ChannelStateRow>(
    `select ${state} from messaging.channel c
     where c.organization_id = $1 and c.id = $2 for no key update`,
    [organization, id],
  );
  return row;
}

/** The private channels that a user is not in. */
export async function selectPrivateChannels(
  db: Db,
  organization: number,
  userId: number,
): Promise<ChannelStateRow[]> {
  return db.rows<ChannelStateRow>(
    `select ${state} from messaging.channel c
     where c.organization_id = $1 and c.is_private and not ${readableChannel}
     order by lower(c.name), c.id`,
    [organization, userId],
  );
}

/** False when its creator can already read a channel with that name. */
export async function insertChannel(
  tx: Tx,
  organization: number,
  channel: {
    id: number;
    name: string;
    description: string;
    isPrivate: boolean;
    membersMayChange: boolean;
    /** null: the operator, who may read every channel; it is for everybody then. */
    createdBy: number | null;
    now: Date;
  },
): Promise<boolean> {
  const { id, name, description, isPrivate, membersMayChange, createdBy, now } = channel;
  const rows = await tx.rows(
    `insert into messaging.channel
       (organization_id, id, name, description, is_private, created_by, is_for_all, members_may_change,
        created_at)
     select $1, $3, $4, $5, $6, $2, $2::bigint is null, $7, $8
     where not exists (
       select from messaging.channel c
       where c.organization_id = $1 and c.name_key = lower($4)
         and ($2::bigint is null or ${readableChannel}))
     on conflict (organization_id, lower(name)) where not is_private do nothing returning id`,
    [organization, createdBy, id, name, description, isPrivate, membersMayChange, now],
  );
  return rows.length > 0;
}

export type ChannelChange = {
  id: number;
  changedBy: number;
  name: string | null;
  description: string | null;
  isPrivate: boolean | null;
  membersMayChange: boolean | null;
  isArchived: boolean | null;
  now: Date;
};

/**
 * Null leaves a value as it is. False when another channel that the user may read has the new name.
 */
export async function updateChannel(
  tx: Tx,
  organization: number,
  { id, changedBy, ...change }: ChannelChange,
): Promise<boolean> {
  const { name, description, isPrivate, membersMayChange, isArchived, now } = change;
  const changed = tx.rows(
    `update messaging.channel o
     set name = coalesce($4, name), description = coalesce($5, description),
       is_private = coalesce($6, is_private), members_may_change = coalesce($7, members_may_change),
       archived_at = case $8::boolean
         when true then coalesce(archived_at, $9) when false then null else archived_at end,
       revision = revision + 1
     where o.organization_id = $1 and o.id = $3 and (o.name_key = lower($4) or not exists (
       select from messaging.channel c
       where c.organization_id = $1 and c.id <> $3 and c.name_key = lower($4) and ${readableChannel}))
     returning id`,
    [organization, changedBy, id, name, description, isPrivate, membersMayChange, isArchived, now],
  );
  // Two that take a name at once don't see each other; the index of public names does. So it does
  // when a channel becomes public whose name a public one has.
  const rows = await changed.catch((error) => {
    if (isDuplicate(error)) return [];
    throw error;
  });
  return rows.length > 0;
}
