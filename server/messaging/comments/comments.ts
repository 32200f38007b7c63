import type { Input } from '../../../contract/endpoint.ts';
import type { threads } from '../../../contract/messaging/threads.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { readBlocks } from '../formatting/content.ts';
import { checkFiles, noteMentions } from '../threads/posting.ts';
import {
  deleteMentions,
  insertComment,
  lockComment,
  lockThread,
  updateCommentDeleted,
} from '../threads/store.ts';
import { findActor, readNumber, takeNumber } from '../users/users.ts';

type In<Name extends keyof typeof threads> = Input<(typeof threads)[Name]>;

export async function postComment(ctx: WriteContext, { body }: In<'postComment'>) {
  const content = readBlocks(body.blocks);
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const thread = await lockThread(tx, organization, actor.id, readNumber(body.threadID));
  if (!thread) throw new AppError('thread_not_found');
  const parentId = await findParent(ctx, actor.id, thread.id, body.parentID);
  await checkFiles(ctx, content);
  const id = await takeNumber(tx, organization, 'comment');
  const post = { id, authorId: actor.id, content, now };
  await insertComment(tx, organization, post, { threadId: thread.id, parentId });
  await noteMentions(ctx, content, { commentId: id });
  const commentID = String(id);
  const data = {
    commentID,
    threadID: String(thread.id),
    channelID: String(thread.channel_id),
    parentID: String(parentId ?? thread.id),
    authorID: String(actor.id),
    ...content,
    created_at: now.toISOString(),
  };
  await record(ctx, 'comment.post', commentID, [
    { type: 'comment.posted', subject: commentID, data },
  ]);
  return { ok: true as const, result: { commentID, commentURL: `${ctx.origin}/${commentID}` } };
}

export async function deleteComment(ctx: WriteContext, { body }: In<'deleteComment'>) {
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const row = await lockComment(tx, organization, actor.id, readNumber(body.commentID));
  if (!row) throw new AppError('comment_not_found');
  if (row.author_id !== actor.id) throw new AppError('not_allowed');
  await updateCommentDeleted(tx, organization, row, now);
  await deleteMentions(tx, organization, { commentId: row.id });
  const commentID = String(row.id);
  const data = { commentID, threadID: String(row.thread_id) };
  await record(ctx, 'comment.delete', commentID, [
    { type: 'comment.deleted', subject: commentID, data },
  ]);
  return { ok: true as const };
}

/** The comment that is answered; null when it is the thread itself. */
async function findParent(
  { tx, organization }: WriteContext,
  userId: number,
  threadId: number,
  given: string | number | null | undefined,
): Promise<number | null> {
  if (given == null || readNumber(given) === threadId) return null;
  const parent = await lockComment(tx, organization, userId, readNumber(given));
  if (parent?.thread_id !== threadId) throw new AppError('comment_not_found');
  return parent.id;
}
