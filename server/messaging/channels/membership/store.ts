import type { Db, Tx } from '../../../runtime/database/database.ts';

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

/** Its members have changed, so its revision does. */
export function updateChannelRevision(tx: Tx, organization: number, id: number): void {
  tx.write(
    'update messaging.channel set revision = revision + 1 where organization_id = $1 and id = $2',
    [organization, id],
  );
}

/** Adds members; answers those who were not in the channel before. */
export async function insertChannelMembers(
  tx: Tx,
  organization: number,
  channelId: number,
  userIds: readonly number[],
): Promise<number[]> {
  const rows = await tx.rows<{ user_id: number }>(
    `insert into messaging.channel_member (organization_id, channel_id, user_id)
     select $1, $2, unnest($3::bigint[]) on conflict do nothing returning user_id`,
    [organization, channelId, userIds],
  );
  return rows.map(({ user_id }) => user_id);
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

/** Adds a new member to the public channels that are for everybody; answers which those are. */
export async function insertIntoOpenChannels(
  tx: Tx,
  organization: number,
  userId: number,
): Promise<number[]> {
  const rows = await tx.rows<{ channel_id: number }>(
    `with open as (
       select id from messaging.channel
       where organization_id = $1 and not is_private and is_for_all and archived_at is null
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

/**
 * Removes a user from every channel, and answers which those were; the channels that they opened no
 * longer have a creator.
 */
export async function deleteFromChannels(
  tx: Tx,
  organization: number,
  userId: number,
): Promise<number[]> {
  // In one order, so that users who leave or join at the same time wait for each other.
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
