import type { Db, Tx } from '../../runtime/database/database.ts';

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

/** A channel that the user may read, by its number or by its name. */
export async function selectChannelId(
  db: Db,
  organization: number,
  userId: number,
  by: { id: number } | { name: string },
): Promise<number | undefined> {
  const condition = 'id' in by ? 'c.id = $3' : 'lower(c.name) = lower($3)';
  const [row] = await db.rows<{ id: number }>(
    `select c.id from messaging.channel c
     where c.organization_id = $1 and ${condition} and ${readable}`,
    [organization, userId, 'id' in by ? by.id : by.name],
  );
  return row?.id;
}

/** False when a channel of that name exists. */
export async function insertChannel(
  tx: Tx,
  organization: number,
  channel: {
    id: number;
    name: string;
    description: string;
    isPrivate: boolean;
    /** null: the operator. */
    createdBy: number | null;
    now: Date;
  },
): Promise<boolean> {
  const rows = await tx.rows(
    `insert into messaging.channel
       (organization_id, id, name, description, is_private, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (organization_id, lower(name)) do nothing returning id`,
    [
      organization,
      channel.id,
      channel.name,
      channel.description,
      channel.isPrivate,
      channel.createdBy,
      channel.now,
    ],
  );
  return rows.length > 0;
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
