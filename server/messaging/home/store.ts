import type { Db } from '../../runtime/database/database.ts';
import { readableChannel } from '../channels/store.ts';

export type NameRow = {
  kind: 'channel' | 'thread' | 'comment' | 'user' | 'chat' | 'message';
  channel_id: number | null;
  thread_id: number | null;
  chat_id: string | null;
  number: number | null;
};

/** A channel, thread, comment or user, by the number that it has. */
export async function selectLongName(
  db: Db,
  organization: number,
  userId: number,
  id: number,
): Promise<NameRow | undefined> {
  const [row] = await db.rows<NameRow>(
    `select n.kind, c.id as channel_id, t.id as thread_id, null as chat_id, m.number
     from messaging.name n
     left join messaging.comment m on m.organization_id = $1 and n.kind = 'comment' and m.id = n.id
     left join messaging.thread t
       on t.organization_id = $1 and t.id = case n.kind
         when 'thread' then n.id when 'comment' then m.thread_id end
     left join messaging.channel c
       on c.organization_id = $1 and c.id = case n.kind
         when 'channel' then n.id else t.channel_id end
     where n.organization_id = $1 and n.id = $3
       and (n.kind = 'user' or n.kind <> 'file' and c.id is not null and ${readableChannel})
       and (t.id is null or t.deleted_at is null or t.comment_count > 0)`,
    [organization, userId, id],
  );
  return row;
}

/** A chat that the user is in, or a message in one. */
export async function selectUuidName(
  db: Db,
  organization: number,
  userId: number,
  id: string,
): Promise<NameRow | undefined> {
  const [row] = await db.rows<NameRow>(
    `select case when s.id is null then 'chat' else 'message' end as kind,
       null as channel_id, null as thread_id, c.id as chat_id, s.number
     from messaging.chat c
     join messaging.chat_member m on m.organization_id = $1 and m.chat_id = c.id and m.user_id = $2
     left join messaging.message s on s.organization_id = $1 and s.id = $3 and s.chat_id = c.id
     where c.organization_id = $1 and c.deleted_at is null and (c.id = $3 or c.id = (
       select chat_id from messaging.message where organization_id = $1 and id = $3))`,
    [organization, userId, id],
  );
  return row;
}
