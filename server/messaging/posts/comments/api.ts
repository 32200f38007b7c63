import type { In } from '../../../../contract/endpoint.ts';
import type { threads } from '../../../../contract/messaging/threads.ts';
import type { WriteContext } from '../../../platform/context.ts';
import { type Content, readBlocks } from '../../formatting/content.ts';
import { readNumber } from '../../names/names.ts';
import { findActor } from '../../users/users.ts';
import { postComment as post, deleteComment as remove } from './comments.ts';

export async function postComment(ctx: WriteContext, { body }: In<typeof threads, 'postComment'>) {
  const { id } = await postCommentIn(ctx, body, readBlocks(body.blocks));
  const commentID = String(id);
  return { ok: true as const, result: { commentID, commentURL: `${ctx.origin}/${commentID}` } };
}

type Place = Pick<In<typeof threads, 'postComment'>['body'], 'threadID' | 'parentID'>;

/** @throws AppError thread_not_found, comment_not_found, file_not_found, not_allowed */
export async function postCommentIn(ctx: WriteContext, given: Place, content: Content) {
  const actor = await findActor(ctx, ctx.tx);
  const place = { threadId: readNumber(given.threadID), parentId: parentIn(given) };
  return post(ctx, actor, place, content);
}

export async function deleteComment(
  ctx: WriteContext,
  { body }: In<typeof threads, 'deleteComment'>,
) {
  const actor = await findActor(ctx, ctx.tx);
  await remove(ctx, actor, readNumber(body.commentID));
  return { ok: true as const };
}

/** Null when the thread itself is answered. */
function parentIn({ threadID, parentID }: Place): number | null {
  if (parentID == null || readNumber(parentID) === readNumber(threadID)) return null;
  return readNumber(parentID);
}
