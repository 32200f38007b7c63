import type { In } from '../../../../contract/endpoint.ts';
import type { chats } from '../../../../contract/messaging/chats.ts';
import type { WriteContext } from '../../../platform/context.ts';
import { findChat, requireOpen } from '../../chats/chats.ts';
import { readBody } from '../../formatting/content.ts';
import { findActor } from '../../users/users.ts';
import { deletePost } from '../posts.ts';
import { messageKind, postMessage } from './messages.ts';

export async function postChatMessage(
  ctx: WriteContext,
  { body }: In<typeof chats, 'postChatMessage'>,
) {
  const content = readBody(body.body);
  const actor = await findActor(ctx, ctx.tx);
  const chat = await findChat(ctx.tx, ctx.organization, actor.id, body);
  requireOpen(chat.closed_at);
  const { id } = await postMessage(ctx, actor, chat.id, content);
  const chatMessageURL = `${ctx.origin}/${chat.id}/${id}`;
  return { ok: true as const, result: { chatMessageID: id, chatMessageURL } };
}

export async function deleteChatMessage(
  ctx: WriteContext,
  { body }: In<typeof chats, 'deleteChatMessage'>,
) {
  const actor = await findActor(ctx, ctx.tx);
  await deletePost(ctx, messageKind, actor, body.messageID);
  return { ok: true as const };
}
