import type { In } from '../../../../contract/endpoint.ts';
import type { threads } from '../../../../contract/messaging/threads.ts';
import type { WriteContext } from '../../../platform/context.ts';
import { readBlocks } from '../../formatting/content.ts';
import { readNumber } from '../../names/names.ts';
import { findActor } from '../../users/users.ts';
import { postComment as post, deleteComment as remove } from './comments.ts';

export async function postComment(ctx: WriteContext, { body }: In<typeof threads, 'postComment'>) {
  const content = readBlocks(body.blocks);
  const actor = await findActor(ctx, ctx.tx);
  const place = { threadId: readNumber(body.threadID), parentId: parentIn(body) };
  const { id } = await post(ctx, actor, place, content);
  const commentID = String(id);
  return { ok: true as const, result: { commentID, commentURL: `${ctx.origin}/${commentID}` } };
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
function parentIn({
  threadID,
  parentID,
}: In<typeof threads, 'postComment'>['body']): number | null {
  if (parentID == null || readNumber(parentID) === readNumber(threadID)) return null;
  return readNumber(parentID);
}
