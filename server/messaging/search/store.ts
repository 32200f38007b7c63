import type { Db } from '../../runtime/database/database.ts';
import type { Part } from './query.ts';

export type FoundRow = {
  thread_id: number | null;
  comment_id: number | null;
  message_id: string | null;
  channel_id: number | null;
  chat_id: string | null;
  author_id: number;
  created_at: Date;
  plain: string;
};

export type Asked = {
  parts: readonly Part[];
  /** Null: everywhere, and by everybody. */
  channelId: number | null;
  chatId: string | null;
  authorId: number | null;
  now: Date;
  skip: number;
  limit: number;
};

/**
 * Matches in the channels that the user may read and the chats that they are in: page by page from
 * the latest posts on, and within a page the best first. Words that begin with the last word match,
 * too; where that finds little, those that begin with any of the words.
 */
export async function selectFound(
  db: Db,
  organization: number,
  userId: number,
  { parts, channelId, chatId, authorId, now, skip, limit }: Asked,
): Promise<FoundRow[]> {
  const lastThatGoesOn = parts.findLastIndex(({ goesOn }) => goesOn);
  return db.rows<FoundRow>(
    `select coalesce(t.id, m.thread_id) as thread_id, f.comment_id, f.message_id,
       coalesce(t.channel_id, m.channel_id) as channel_id, s.chat_id,
       coalesce(t.author_id, m.author_id, s.author_id) as author_id,
       coalesce(t.created_at, m.created_at, s.created_at) as created_at,
       coalesce(t.plain, m.plain, s.plain) as plain
     from messaging.search(
       messaging.query($3::text[], $4::boolean[], $5::boolean[]),
       messaging.query($3::text[], $12::boolean[], $5::boolean[]),
       array(select c.id from messaging.channel c
         where c.organization_id = $1 and (not c.is_private or exists (
             select from messaging.channel_member r
             where r.organization_id = $1 and r.channel_id = c.id and r.user_id = $2))
           and ($6::bigint is null and $7::uuid is null or c.id = $6)),
       array(select c.id from messaging.chat c
         join messaging.chat_member r
           on r.organization_id = $1 and r.chat_id = c.id and r.user_id = $2
         where c.organization_id = $1 and c.deleted_at is null
           and ($6::bigint is null and $7::uuid is null or c.id = $7)),
       $8, $9, $10, $11) with ordinality
         f (thread_id, comment_id, message_id, created_at, score, place)
     left join messaging.thread t on t.organization_id = $1 and t.id = f.thread_id
     left join messaging.comment m on m.organization_id = $1 and m.id = f.comment_id
     left join messaging.message s on s.organization_id = $1 and s.id = f.message_id
     order by f.place`,
    [
      organization,
      userId,
      parts.map(({ text }) => text),
      parts.map((_, at) => at === lastThatGoesOn),
      parts.map(({ isExcluded }) => isExcluded),
      channelId,
      chatId,
      authorId,
      now,
      skip,
      limit,
      parts.map(({ goesOn }) => goesOn),
    ],
  );
}
