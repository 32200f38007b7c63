import type { WriteContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import { archived } from '../../channels/rights.ts';
import type { Content } from '../../formatting/content.ts';
import { takeNumber } from '../../names/names.ts';
import { type Actor, deletePost, type PostKind, storePost } from '../posts.ts';
import { selectPosts } from '../store.ts';
import { lockThread } from '../threads/store.ts';
import {
  type CommentRow,
  commentTable,
  insertComment,
  lockComment,
  updateCommentCount,
} from './store.ts';

export const commentKind: PostKind<CommentRow> = {
  noun: 'comment',
  table: commentTable,
  nameOf: (commentId) => ({ commentId }),
  readingOf: ({ thread_id, number }) => ({ place: { threadId: thread_id }, number }),
  // A comment of a deleted thread can still be read there, so it can be deleted.
  lock: (tx, organization, userId, id, act) =>
    lockComment(tx, organization, userId, id, act === 'deleted'),
  event(act, row) {
    const commentID = String(row.id);
    const threadID = String(row.thread_id);
    const place = { commentID, threadID, channelID: String(row.channel_id) };
    const parentID = String(row.parent_id ?? row.thread_id);
    const authorID = String(row.author_id);
    const whole = { ...place, parentID, authorID, created_at: row.created_at.toISOString() };
    return act === 'posted' || act === 'edited'
      ? { type: `comment.${act}`, subject: commentID, data: whole }
      : { type: `comment.${act}`, subject: commentID, data: place };
  },
};

/** @throws AppError thread_not_found, comment_not_found, file_not_found, not_allowed */
export async function postComment(
  ctx: WriteContext,
  actor: Actor,
  { threadId, parentId }: { threadId: number; parentId: number | null },
  content: Content,
  sentId?: string,
): Promise<CommentRow> {
  const { tx, organization, now } = ctx;
  const [thread, id] = await Promise.all([
    lockThread(tx, organization, actor.id, threadId),
    takeNumber(tx, organization, 'comment'),
  ]);
  if (!thread) throw new AppError('thread_not_found');
  const parent = parentId === null ? undefined : await findParent(ctx, thread.id, parentId);
  const insert = async () => {
    const post = { id, authorId: actor.id, content, sentId, now };
    const place = { threadId: thread.id, channelId: thread.channel_id, parentId };
    const row = await insertComment(tx, organization, post, place);
    if (!row) throw archived();
    return row;
  };
  const answered = [thread.author_id, ...(parent ? [parent.author_id] : [])];
  return storePost(ctx, commentKind, actor, content, insert, answered);
}

/** @throws AppError comment_not_found, not_allowed */
export async function deleteComment(ctx: WriteContext, actor: Actor, id: number): Promise<void> {
  const { thread_id } = await deletePost(ctx, commentKind, actor, id);
  updateCommentCount(ctx.tx, ctx.organization, thread_id);
}

/** Not locked: deleting a comment locks it before its thread. */
async function findParent({ tx, organization }: WriteContext, threadId: number, id: number) {
  const [parent] = await selectPosts(tx, organization, commentTable, [id]);
  if (!parent || parent.thread_id !== threadId || parent.deleted_at) {
    throw new AppError('comment_not_found');
  }
  return parent;
}
