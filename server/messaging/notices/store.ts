import type { Db, Tx } from '../../runtime/database/database.ts';
import { type PostName, postColumns } from '../names/post-name.ts';

/** SQL: whether user $2 may read the post of notice n, in its channel or chat. */
export const isReadable = `case when n.message_id is null
  then exists (
    select from messaging.channel c
    where c.organization_id = $1 and c.id = greatest(
        (select t.channel_id from messaging.thread t
         where t.organization_id = $1 and t.id = n.thread_id),
        (select m.channel_id from messaging.comment m
         where m.organization_id = $1 and m.id = n.comment_id))
      and (not c.is_private or exists (
        select from messaging.channel_member j
        where j.organization_id = $1 and j.channel_id = c.id and j.user_id = $2)))
  else exists (
    select from messaging.message s
    join messaging.chat h on h.organization_id = $1 and h.id = s.chat_id and h.deleted_at is null
    join messaging.chat_member j
      on j.organization_id = $1 and j.chat_id = s.chat_id and j.user_id = $2
    where s.organization_id = $1 and s.id = n.message_id)
  end`;

/**
 * Puts a post into the inboxes of users; those who are not members of the organization (any more),
 * or have it already, are skipped. Users are locked in order of id: two posts that mention the same
 * users never wait for each other.
 */
export function insertNotices(
  tx: Tx,
  organization: number,
  post: PostName,
  told: readonly { userId: number; reason: 'mention' | 'reply' }[],
  now: Date,
): void {
  if (told.length === 0) return;
  tx.write(
    `with told as (
       select u.id, t.reason
       from unnest($2::bigint[], $3::text[]) t (id, reason)
       join messaging.user u on u.organization_id = $1 and u.id = t.id
       join platform.member r
         on r.organization_id = $1 and r.id = u.member_id and r.ended_at is null
       where not exists (
         select from messaging.notice n
         where n.organization_id = $1 and n.user_id = u.id
           and (n.thread_id = $4 or n.comment_id = $5 or n.message_id = $6))
       order by u.id
       for no key update of u),
     counted as (
       update messaging.user u set last_notice = last_notice + 1
       from told where u.organization_id = $1 and u.id = told.id
       returning u.id, u.last_notice, told.reason)
     insert into messaging.notice
       (organization_id, user_id, number, reason, thread_id, comment_id, message_id, created_at)
     select $1, id, last_notice, reason, $4, $5, $6, $7 from counted`,
    [
      organization,
      told.map(({ userId }) => userId),
      told.map(({ reason }) => reason),
      ...postColumns(post),
      now,
    ],
  );
}

/**
 * Removes an edited post from the inboxes of those whom it no longer mentions or answers. Somebody
 * who is still answered keeps it for that reason.
 */
export function correctNotices(
  tx: Tx,
  organization: number,
  post: PostName,
  mentions: readonly number[],
): void {
  tx.write(
    `with answered as (
       select unnest(array[t.author_id, p.author_id]) as id
       from messaging.comment m
       join messaging.thread t on t.organization_id = $1 and t.id = m.thread_id
       left join messaging.comment p on p.organization_id = $1 and p.id = m.parent_id
       where m.organization_id = $1 and m.id = $3),
     outdated as (
       select user_id, number, user_id in (select id from answered) as is_answered
       from messaging.notice
       where organization_id = $1 and (thread_id = $2 or comment_id = $3 or message_id = $4)
         and reason = 'mention' and user_id <> all($5)),
     gone as (
       delete from messaging.notice n using outdated o
       where n.organization_id = $1 and n.user_id = o.user_id and n.number = o.number
         and o.is_answered is not true)
     update messaging.notice n set reason = 'reply' from outdated o
     where n.organization_id = $1 and n.user_id = o.user_id and n.number = o.number
       and o.is_answered`,
    [organization, ...postColumns(post), mentions],
  );
}

/** Removes a deleted post from all inboxes. */
export function deleteNotices(tx: Tx, organization: number, post: PostName): void {
  tx.write(
    `delete from messaging.notice
     where organization_id = $1 and (thread_id = $2 or comment_id = $3 or message_id = $4)`,
    [organization, ...postColumns(post)],
  );
}

/** Empties a user's inbox. */
export function deleteAllNotices(tx: Tx, organization: number, userId: number): void {
  tx.write('delete from messaging.notice where organization_id = $1 and user_id = $2', [
    organization,
    userId,
  ]);
}

export type NoticeRow = {
  number: number;
  reason: 'mention' | 'reply';
  thread_id: number | null;
  comment_id: number | null;
  message_id: string | null;
  created_at: Date;
};

/** The latest first; only of posts that the user may read now. */
export async function selectNotices(
  db: Db,
  organization: number,
  userId: number,
  before: number,
  limit: number,
): Promise<NoticeRow[]> {
  return db.rows<NoticeRow>(
    `select n.number, n.reason, n.thread_id, n.comment_id, n.message_id, n.created_at
     from messaging.notice n
     where n.organization_id = $1 and n.user_id = $2 and n.number < $3 and ${isReadable}
     order by n.number desc limit $4`,
    [organization, userId, before, limit],
  );
}
