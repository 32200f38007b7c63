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

/** What a user may read: public channels, and private ones that the user is in. */
const readable = `(not c.is_private or exists (
  select from messaging.channel_member r
  where r.organization_id = c.organization_id and r.channel_id = c.id and r.user_id = $2))`;

export async function selectChannels(
  db: Db,
  organization: number,
  userId: number,
): Promise<ChannelRow[]> {
  return db.rows<ChannelRow>(
    `select c.id, c.name, c.description, c.is_private, coalesce((
       select jsonb_agg(m.user_id order by m.user_id) from messaging.channel_member m
       where m.organization_id = c.organization_id and m.channel_id = c.id), '[]') as member_ids
     from messaging.channel c
     where c.organization_id = $1 and ${readable}
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
    `select from messaging.channel c where c.organization_id = $1 and c.id = $3 and ${readable}`,
    [organization, userId, id],
  );
  return rows.length > 0;
}

/** Who acts, and the channels that they may read: at most two, which is one too many. */
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
  member_count: number;
  last_number: number;
  revision: number;
};

const state = `c.id, c.name, c.description, c.is_private, c.last_number, c.revision,
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
     where c.organization_id = $1 and ${readable}
     order by lower(c.name), c.id`,
    [organization, userId],
  );
}

/** Channels by their ids; whoever shows them knows who may read them. */
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

export async function selectChannelMembers(
  db: Db,
  organization: number,
  channelId: number,
): Promise<number[]> {
  const rows = await db.rows<{ user_id: number }>(
    `select user_id from messaging.channel_member
     where organization_id = $1 and channel_id = $2 order by user_id`,
    [organization, channelId],
  );
  return rows.map(({ user_id }) => user_id);
}

/** False when there is a channel of that name that its creator may read. */
export async function insertChannel(
  tx: Tx,
  organization: number,
  channel: {
    id: number;
    name: string;
    description: string;
    isPrivate: boolean;
    /** null: the operator, who may read them all; it is for everybody then. */
    createdBy: number | null;
    now: Date;
  },
): Promise<boolean> {
  const { id, name, description, isPrivate, createdBy, now } = channel;
  const rows = await tx.rows(
    `insert into messaging.channel
       (organization_id, id, name, description, is_private, created_by, is_for_all, created_at)
     select $1, $3, $4, $5, $6, $2, $2::bigint is null, $7
     where not exists (
       select from messaging.channel c
       where c.organization_id = $1 and c.name_key = lower($4)
         and ($2::bigint is null or ${readable}))
     on conflict (organization_id, lower(name)) where not is_private do nothing returning id`,
    [organization, createdBy, id, name, description, isPrivate, now],
  );
  return rows.length > 0;
}

export type ChannelChange = {
  id: number;
  changedBy: number;
  name: string | null;
  description: string | null;
  isPrivate: boolean | null;
};

/** Null leaves as it is. Answers how it was; undefined when another that one reads has the new name. */
export async function updateChannel(
  tx: Tx,
  organization: number,
  { id, changedBy, name, description, isPrivate }: ChannelChange,
): Promise<{ was_private: boolean } | undefined> {
  const changed = tx.rows<{ was_private: boolean }>(
    `with before as (
       select is_private from messaging.channel
       where organization_id = $1 and id = $3 for no key update)
     update messaging.channel o
     set name = coalesce($4, name), description = coalesce($5, description),
       is_private = coalesce($6, o.is_private), revision = revision + 1
     from before
     where o.organization_id = $1 and o.id = $3 and (o.name_key = lower($4) or not exists (
       select from messaging.channel c
       where c.organization_id = $1 and c.id <> $3 and c.name_key = lower($4) and ${readable}))
     returning before.is_private as was_private`,
    [organization, changedBy, id, name, description, isPrivate],
  );
  // Two that take a name at once don't see each other; the index of public names does. So it does
  // when a channel becomes public whose name a public one has.
  const [row] = await changed.catch((error) => {
    if (isDuplicate(error)) return [];
    throw error;
  });
  return row;
}

/** Its members are others: what is shown of it is newer. */
export function updateChannelRevision(tx: Tx, organization: number, id: number): void {
  tx.write(
    'update messaging.channel set revision = revision + 1 where organization_id = $1 and id = $2',
    [organization, id],
  );
}

export async function insertChannelMembers(
  tx: Tx,
  organization: number,
  channelId: number,
  userIds: readonly number[],
): Promise<void> {
  await tx.rows(
    `insert into messaging.channel_member (organization_id, channel_id, user_id)
     select $1, $2, unnest($3::bigint[]) on conflict do nothing`,
    [organization, channelId, userIds],
  );
}

export async function deleteChannelMember(
  tx: Tx,
  organization: number,
  channelId: number,
  userId: number,
): Promise<boolean> {
  const rows = await tx.rows(
    `delete from messaging.channel_member
     where organization_id = $1 and channel_id = $2 and user_id = $3 returning user_id`,
    [organization, channelId, userId],
  );
  return rows.length > 0;
}

/** A new member joins the public channels that are for everybody; answers which those are. */
export async function insertIntoOpenChannels(
  tx: Tx,
  organization: number,
  userId: number,
): Promise<number[]> {
  const rows = await tx.rows<{ channel_id: number }>(
    `with open as (
       select id from messaging.channel
       where organization_id = $1 and not is_private and is_for_all
       order by id for no key update),
     joined as (
       insert into messaging.channel_member (organization_id, channel_id, user_id)
       select $1, id, $2 from open
       on conflict do nothing returning channel_id),
     changed as (
       update messaging.channel set revision = revision + 1
       where organization_id = $1 and id in (select channel_id from joined)),
     read as (
       insert into messaging.reading (organization_id, user_id, channel_id, number)
       select $1, $2, c.id, c.last_number
       from joined j join messaging.channel c on c.organization_id = $1 and c.id = j.channel_id
       on conflict do nothing)
     select channel_id from joined`,
    [organization, userId],
  );
  return rows.map(({ channel_id }) => channel_id);
}

/** Takes a user out of every channel, and answers which those were; what they opened is nobody's. */
export async function deleteFromChannels(
  tx: Tx,
  organization: number,
  userId: number,
): Promise<number[]> {
  // In one order: two who leave at once, or one who comes, wait for each other.
  await tx.rows(
    `select id from messaging.channel
     where organization_id = $1 and (created_by = $2 or id in (
       select channel_id from messaging.channel_member
       where organization_id = $1 and user_id = $2))
     order by id for no key update`,
    [organization, userId],
  );
  const rows = await tx.rows<{ channel_id: number }>(
    `delete from messaging.channel_member where organization_id = $1 and user_id = $2
     returning channel_id`,
    [organization, userId],
  );
  const ids = rows.map(({ channel_id }) => channel_id);
  await tx.rows(
    `update messaging.channel
     set revision = revision + 1, created_by = nullif(created_by, $2)
     where organization_id = $1 and (created_by = $2 or id = any($3))`,
    [organization, userId, ids],
  );
  return ids;
}
