import type { Tx } from '../../../runtime/database/database.ts';
import { isInReadableChannel, readableChannel } from '../../channels/store.ts';
import type { Locked, NewPost, PostRow } from '../post.ts';
import type { PostTable } from '../store.ts';

export type CommentRow = PostRow & {
  id: number;
  thread_id: number;
  channel_id: number;
  parent_id: number | null;
  /** The author of what it answers. */
  answers_id: number;
  blocks: string[];
  number: number;
};

const columns = `m.id, m.thread_id, m.channel_id, m.parent_id, m.author_id, m.blocks, m.mention_ids,
  m.reactions, m.number, m.created_at, m.edited_at, m.deleted_at, m.revision, m.sent_id,
  (select coalesce(p.author_id, t.author_id)
   from messaging.thread t
   left join messaging.comment p on p.organization_id = m.organization_id and p.id = m.parent_id
   where t.organization_id = m.organization_id and t.id = m.thread_id) as answers_id`;

export const commentTable: PostTable<CommentRow> = {
  name: 'messaging.comment',
  alias: 'm',
  columns,
  text: 'blocks',
  place: 'thread_id',
  readable: isInReadableChannel('m'),
  keepsDeleted: true,
};

/**
 * Updates the counts of thread and channel: the thread moves to the top. Undefined in an archived
 * channel.
 */
export async function insertComment(
  tx: Tx,
  organization: number,
  { id, authorId, content, sentId, now }: NewPost,
  place: { threadId: number; channelId: number; parentId: number | null },
): Promise<CommentRow | undefined> {
  const [row] = await tx.rows<CommentRow>(
    `with channel as (
       update messaging.channel set last_number = last_number + 1
       where organization_id = $1 and id = $4 and archived_at is null returning last_number),
     thread as (
       update messaging.thread
       set comment_count = comment_count + 1, last_number = messaging.thread.last_number + 1,
         number = channel.last_number, active_at = $10, revision = revision + 1
       from channel
       where organization_id = $1 and id = $3
       returning messaging.thread.last_number)
     insert into messaging.comment as m (organization_id, id, thread_id, channel_id, parent_id,
       author_id, blocks, plain, mention_ids, created_at, number, sent_id)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, thread.last_number, $11 from thread
     returning ${columns}`,
    [
      organization,
      id,
      place.threadId,
      place.channelId,
      place.parentId,
      authorId,
      content.blocks,
      content.plain,
      content.mentions,
      now,
      sentId,
    ],
  );
  return row;
}

/**
 * A comment in a channel that the user may read, unless it was deleted; locked. One of a deleted
 * thread only on demand.
 */
export async function lockComment(
  tx: Tx,
  organization: number,
  userId: number,
  id: number,
  alsoInDeleted: boolean,
): Promise<Locked<CommentRow> | undefined> {
  const [row] = await tx.rows<Locked<CommentRow>>(
    `select ${columns}, c.archived_at is not null as is_archived
     from messaging.comment m
     join messaging.thread t on t.organization_id = m.organization_id and t.id = m.thread_id
     join messaging.channel c on c.organization_id = t.organization_id and c.id = t.channel_id
     where m.organization_id = $1 and m.id = $3 and m.deleted_at is null
       and (t.deleted_at is null or $4) and ${readableChannel}
     for no key update of m`,
    [organization, userId, id, alsoInDeleted],
  );
  return row;
}

/** Its thread has one comment less. */
export function updateCommentCount(tx: Tx, organization: number, threadId: number): void {
  tx.write(
    `update messaging.thread set comment_count = comment_count - 1, revision = revision + 1
     where organization_id = $1 and id = $2`,
    [organization, threadId],
  );
}
