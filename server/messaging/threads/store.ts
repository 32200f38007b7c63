import type { Db, Tx } from '../../runtime/database/database.ts';
import type { Content } from '../formatting/content.ts';

export type NewPost = { id: number; authorId: number; content: Content; now: Date };

export async function insertThread(
  tx: Tx,
  organization: number,
  { id, authorId, content, now }: NewPost,
  { channelId, shareToken }: { channelId: number; shareToken: string },
): Promise<void> {
  await tx.rows(
    `insert into messaging.thread (organization_id, id, channel_id, author_id, blocks, plain,
       share_token, created_at, active_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`,
    [organization, id, channelId, authorId, content.blocks, content.plain, shareToken, now],
  );
}

export type ThreadRow = { id: number; channel_id: number; author_id: number };

/** A thread in a channel that the user may read, unless it was deleted; locked. */
export async function lockThread(
  tx: Tx,
  organization: number,
  userId: number,
  id: number,
): Promise<ThreadRow | undefined> {
  const [row] = await tx.rows<ThreadRow>(
    `select t.id, t.channel_id, t.author_id
     from messaging.thread t
     join messaging.channel c on c.organization_id = t.organization_id and c.id = t.channel_id
     where t.organization_id = $1 and t.id = $3 and t.deleted_at is null
       and (not c.is_private or exists (
         select from messaging.channel_member r
         where r.organization_id = c.organization_id and r.channel_id = c.id and r.user_id = $2))
     for no key update of t`,
    [organization, userId, id],
  );
  return row;
}

/** The text goes, the row stays: its comments hang on it. */
export async function updateThreadDeleted(tx: Tx, organization: number, id: number, now: Date) {
  await tx.rows(
    `update messaging.thread set blocks = '{}', plain = '', deleted_at = $3
     where organization_id = $1 and id = $2`,
    [organization, id, now],
  );
}

export async function insertComment(
  tx: Tx,
  organization: number,
  { id, authorId, content, now }: NewPost,
  { threadId, parentId }: { threadId: number; parentId: number | null },
): Promise<void> {
  await tx.rows(
    `with added as (
       insert into messaging.comment (organization_id, id, thread_id, parent_id, author_id, blocks,
         plain, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8))
     update messaging.thread set comment_count = comment_count + 1, active_at = $8
     where organization_id = $1 and id = $3`,
    [organization, id, threadId, parentId, authorId, content.blocks, content.plain, now],
  );
}

export type CommentRow = { id: number; thread_id: number; author_id: number };

/** A comment in a channel that the user may read, unless it or its thread was deleted; locked. */
export async function lockComment(
  tx: Tx,
  organization: number,
  userId: number,
  id: number,
): Promise<CommentRow | undefined> {
  const [row] = await tx.rows<CommentRow>(
    `select m.id, m.thread_id, m.author_id
     from messaging.comment m
     join messaging.thread t on t.organization_id = m.organization_id and t.id = m.thread_id
     join messaging.channel c on c.organization_id = t.organization_id and c.id = t.channel_id
     where m.organization_id = $1 and m.id = $3 and m.deleted_at is null and t.deleted_at is null
       and (not c.is_private or exists (
         select from messaging.channel_member r
         where r.organization_id = c.organization_id and r.channel_id = c.id and r.user_id = $2))
     for no key update of m`,
    [organization, userId, id],
  );
  return row;
}

export async function updateCommentDeleted(
  tx: Tx,
  organization: number,
  { id, thread_id }: CommentRow,
  now: Date,
): Promise<void> {
  await tx.rows(
    `with deleted as (
       update messaging.comment set blocks = '{}', plain = '', deleted_at = $4
       where organization_id = $1 and id = $2)
     update messaging.thread set comment_count = comment_count - 1
     where organization_id = $1 and id = $3`,
    [organization, id, thread_id, now],
  );
}

export type Mentioned = { threadId: number } | { commentId: number } | { messageId: string };

/** Notes who is named in a post; numbers that are no users are passed over. */
export async function insertMentions(
  tx: Tx,
  organization: number,
  userIds: readonly number[],
  where: Mentioned,
  now: Date,
): Promise<void> {
  if (userIds.length === 0) return;
  await tx.rows(
    `insert into messaging.mention
       (organization_id, user_id, thread_id, comment_id, message_id, created_at)
     select $1, u.id, $3, $4, $5, $6
     from messaging.user u where u.organization_id = $1 and u.id = any($2)`,
    [
      organization,
      userIds,
      'threadId' in where ? where.threadId : null,
      'commentId' in where ? where.commentId : null,
      'messageId' in where ? where.messageId : null,
      now,
    ],
  );
}

export async function deleteMentions(tx: Tx, organization: number, where: Mentioned) {
  await tx.rows(
    `delete from messaging.mention
     where organization_id = $1
       and (thread_id = $2 or comment_id = $3 or message_id = $4)`,
    [
      organization,
      'threadId' in where ? where.threadId : null,
      'commentId' in where ? where.commentId : null,
      'messageId' in where ? where.messageId : null,
    ],
  );
}

/** Whether every number is a file of the organization that the user may embed. */
export async function selectFileCount(db: Db, organization: number, ids: readonly number[]) {
  const [row] = await db.rows<{ count: number }>(
    `select count(*)::int as count from messaging.name
     where organization_id = $1 and id = any($2) and kind = 'file'`,
    [organization, ids],
  );
  return row?.count ?? 0;
}
