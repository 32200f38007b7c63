import type { In } from '../../../../contract/endpoint.ts';
import type { CommentState } from '../../../../contract/messaging/website/shapes.ts';
import type { threads } from '../../../../contract/messaging/website/threads.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import { joinChannel } from '../../channels/membership/joining.ts';
import { readText } from '../../formatting/content.ts';
import { readNumber } from '../../names/names.ts';
import { findActor } from '../../users/users.ts';
import { showPost } from '../post.ts';
import { editPost } from '../posts.ts';
import { selectPostPage } from '../store.ts';
import { selectThread } from '../threads/store.ts';
import { commentKind, postComment as post, deleteComment as remove } from './comments.ts';
import { type CommentRow, commentTable } from './store.ts';

export async function listComments(
  ctx: ReadContext,
  { params, query }: In<typeof threads, 'listComments'>,
) {
  const { db, organization } = ctx;
  const id = readNumber(params.thread_id);
  const { limit = 50, before, after } = query;
  const page = { ...(before === undefined ? { after: after ?? 0 } : { before }), limit: limit + 1 };
  const [actor, rows] = await Promise.all([
    findActor(ctx, db),
    selectPostPage(db, organization, commentTable, id, page),
  ]);
  if (!(await selectThread(db, organization, actor.id, id))) throw new AppError('thread_not_found');
  const shown = before === undefined ? rows.slice(0, limit) : rows.slice(-limit);
  return { comments: shown.map(showComment), has_more: rows.length > limit };
}

export async function answerThread(
  ctx: WriteContext,
  { body }: In<typeof threads, 'answerThread'>,
) {
  const content = readText(body.text);
  const actor = await findActor(ctx, ctx.tx);
  const parentId = body.parent_id == null ? null : readNumber(body.parent_id);
  const place = { threadId: readNumber(body.thread_id), parentId };
  const row = await post(ctx, actor, place, content, body.sent_id);
  await joinChannel(ctx, row.channel_id, row.author_id);
  return { comment: showComment(row) };
}

export async function editComment(
  ctx: WriteContext,
  { params, body }: In<typeof threads, 'editComment'>,
) {
  const content = readText(body.text);
  const actor = await findActor(ctx, ctx.tx);
  const row = await editPost(ctx, commentKind, actor, readNumber(params.comment_id), content);
  return { comment: showComment(row) };
}

export async function removeComment(
  ctx: WriteContext,
  { params }: In<typeof threads, 'removeComment'>,
) {
  const actor = await findActor(ctx, ctx.tx);
  await remove(ctx, actor, readNumber(params.comment_id));
  return {};
}

export function showComment(row: CommentRow): CommentState {
  return {
    comment_id: String(row.id),
    thread_id: String(row.thread_id),
    channel_id: String(row.channel_id),
    parent_id: row.parent_id === null ? null : String(row.parent_id),
    answers_id: String(row.answers_id),
    ...showPost(row, row.blocks),
    number: row.number,
  };
}
