import type { In } from '../../../../contract/endpoint.ts';
import type { threads } from '../../../../contract/messaging/threads.ts';
import type { WriteContext } from '../../../platform/context.ts';
import { readBlocks } from '../../formatting/content.ts';
import { readNumber } from '../../names/names.ts';
import { findActor } from '../../users/users.ts';
import { deletePost } from '../posts.ts';
import { postThreadIn, threadKind } from './threads.ts';

export async function postThread(ctx: WriteContext, { body }: In<typeof threads, 'postThread'>) {
  const content = readBlocks(body.blocks);
  const { id, share_token } = await postThreadIn(ctx, body, content);
  const threadID = String(id);
  const threadURL = `${ctx.origin}/${threadID}?s=${share_token}`;
  return { ok: true as const, result: { threadID, threadURL } };
}

export async function deleteThread(
  ctx: WriteContext,
  { body }: In<typeof threads, 'deleteThread'>,
) {
  const actor = await findActor(ctx, ctx.tx);
  await deletePost(ctx, threadKind, actor, readNumber(body.threadID));
  return { ok: true as const };
}
