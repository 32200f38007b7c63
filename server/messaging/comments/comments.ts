import type { Input } from '../../../contract/endpoint.ts';
import type { threads } from '../../../contract/messaging/threads.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { archived, requireUnarchived } from '../channels/rights.ts';
import { type Content, readBlocks } from '../formatting/content.ts';
import { tellReaders, tellReadersAnew } from '../notices/notices.ts';
import { deleteNotices } from '../notices/store.ts';
import { insertReading } from '../readings/store.ts';
import { checkFiles, forgetFiles, noteFiles } from '../threads/posting.ts';
import { lockThread } from '../threads/store.ts';
import { findActor, readNumber, takeNumber } from '../users/users.ts';
import {
  type CommentRow,
  insertComment,
  lockComment,
  selectComments,
  updateComment,
  updateCommentDeleted,
} from './store.ts';

type In<Name extends keyof typeof threads> = Input<(typeof threads)[Name]>;
type Actor = { id: number };

export async function postComment(ctx: WriteContext, { body }: In<'postComment'>) {
  const content = readBlocks(body.blocks);
  const actor = await findActor(ctx, ctx.tx);
  const place = { threadId: readNumber(body.threadID), parentId: parentIn(body) };
  const { id } = await addComment(ctx, actor, place, content);
  const commentID = String(id);
  return { ok: true as const, result: { commentID, commentURL: `${ctx.origin}/${commentID}` } };
}

export async function deleteComment(ctx: WriteContext, { body }: In<'deleteComment'>) {
  const actor = await findActor(ctx, ctx.tx);
  await dropComment(ctx, actor, readNumber(body.commentID));
  return { ok: true as const };
}

/** Null when it is the thread itself that is answered. */
function parentIn({ threadID, parentID }: In<'postComment'>['body']): number | null {
  if (parentID == null || readNumber(parentID) === readNumber(threadID)) return null;
  return readNumber(parentID);
}

/** @throws AppError thread_not_found, comment_not_found, file_not_found, not_allowed */
export async function addComment(
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
  await checkFiles(ctx, actor, content);
  const post = { id, authorId: actor.id, content, sentId, now };
  const place = { threadId: thread.id, channelId: thread.channel_id, parentId };
  const row = await insertComment(tx, organization, post, place);
  if (!row) throw archived();
  insertReading(tx, organization, actor.id, { threadId: thread.id }, row.number);
  const answered = [thread.author_id, ...(parent ? [parent.author_id] : [])];
  noteFiles(ctx, content, { commentId: id });
  tellReaders(ctx, { commentId: id }, content, actor.id, answered);
  await record(ctx, 'comment.post', String(id), [
    { type: 'comment.posted', subject: String(id), data: dataOf(row) },
  ]);
  return row;
}

/** @throws AppError comment_not_found, not_allowed, file_not_found */
export async function changeComment(
  ctx: WriteContext,
  actor: Actor,
  id: number,
  content: Content,
): Promise<CommentRow> {
  const { tx, organization, now } = ctx;
  requireUnarchived(await lockOwn(ctx, actor, id));
  await checkFiles(ctx, actor, content);
  const row = await updateComment(tx, organization, id, content, now);
  forgetFiles(ctx, { commentId: id });
  noteFiles(ctx, content, { commentId: id });
  tellReadersAnew(ctx, { commentId: id }, content, actor.id);
  await record(ctx, 'comment.edit', String(id), [
    { type: 'comment.edited', subject: String(id), data: dataOf(row) },
  ]);
  return row;
}

/**
 * Deletes it from a deleted thread, too: there it can still be read.
 * @throws AppError comment_not_found, not_allowed
 */
export async function dropComment(ctx: WriteContext, actor: Actor, id: number): Promise<void> {
  const { tx, organization, now } = ctx;
  const row = await lockOwn(ctx, actor, id, { alsoInDeleted: true });
  await updateCommentDeleted(tx, organization, row, now);
  deleteNotices(tx, organization, { commentId: row.id });
  forgetFiles(ctx, { commentId: row.id });
  const commentID = String(row.id);
  const data = { commentID, threadID: String(row.thread_id), channelID: String(row.channel_id) };
  await record(ctx, 'comment.delete', commentID, [
    { type: 'comment.deleted', subject: commentID, data },
  ]);
}

async function lockOwn(
  { tx, organization }: WriteContext,
  actor: Actor,
  id: number,
  threads?: { alsoInDeleted: boolean },
) {
  const row = await lockComment(tx, organization, actor.id, id, threads);
  if (!row) throw new AppError('comment_not_found');
  if (row.author_id !== actor.id) throw new AppError('not_allowed');
  return row;
}

/** Not locked: whoever deletes a comment locks it before its thread. */
async function findParent({ tx, organization }: WriteContext, threadId: number, id: number) {
  const [parent] = await selectComments(tx, organization, [id]);
  if (!parent || parent.thread_id !== threadId || parent.deleted_at) {
    throw new AppError('comment_not_found');
  }
  return parent;
}

function dataOf(row: CommentRow) {
  return {
    commentID: String(row.id),
    threadID: String(row.thread_id),
    channelID: String(row.channel_id),
    parentID: String(row.parent_id ?? row.thread_id),
    authorID: String(row.author_id),
    created_at: row.created_at.toISOString(),
  };
}
