import type { Db } from '../../runtime/database/database.ts';

/** For some channels, whether they are private, and which of the users are in them then. */
export async function selectChannelReaders(
  db: Db,
  organization: number,
  channelIds: readonly number[],
  userIds: readonly number[],
): Promise<{ id: number; is_private: boolean; user_ids: number[] }[]> {
  return db.rows<{ id: number; is_private: boolean; user_ids: number[] }>(
    `select c.id, c.is_private, case when c.is_private then coalesce((
       select jsonb_agg(m.user_id) from messaging.channel_member m
       where m.organization_id = $1 and m.channel_id = c.id and m.user_id = any($3)), '[]')
       else '[]' end as user_ids
     from messaging.channel c
     where c.organization_id = $1 and c.id = any($2)`,
    [organization, channelIds, userIds],
  );
}

/** For some chats, whether they are deleted, and which of the users are in them. */
export async function selectChatReaders(
  db: Db,
  organization: number,
  chatIds: readonly string[],
  userIds: readonly number[],
): Promise<{ id: string; is_deleted: boolean; user_ids: number[] }[]> {
  return db.rows<{ id: string; is_deleted: boolean; user_ids: number[] }>(
    `select c.id, c.deleted_at is not null as is_deleted, coalesce((
       select jsonb_agg(m.user_id) from messaging.chat_member m
       where m.organization_id = $1 and m.chat_id = c.id and m.user_id = any($3)), '[]') as user_ids
     from messaging.chat c
     where c.organization_id = $1 and c.id = any($2)`,
    [organization, chatIds, userIds],
  );
}
