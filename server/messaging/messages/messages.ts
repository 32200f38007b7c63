import type { Input } from '../../../contract/endpoint.ts';
import type { chats } from '../../../contract/messaging/chats.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { findChat, isUuid, requireOpen } from '../chats/chats.ts';
import { type Content, readBody } from '../formatting/content.ts';
import { tellReaders, tellReadersAnew } from '../notices/notices.ts';
import { deleteNotices } from '../notices/store.ts';
import { insertReading } from '../readings/store.ts';
import { checkFiles, forgetFiles, noteFiles } from '../threads/posting.ts';
import { findActor } from '../users/users.ts';
import {
  insertMessage,
  lockMessage,
  type MessageRow,
  updateMessage,
  updateMessageDeleted,
} from './store.ts';

type In<Name extends keyof typeof chats> = Input<(typeof chats)[Name]>;
type Actor = { id: number };

export async function postChatMessage(ctx: WriteContext, { body }: In<'postChatMessage'>) {
  const content = readBody(body.body);
  const actor = await findActor(ctx, ctx.tx);
  const chat = await findChat(ctx.tx, ctx.organization, actor.id, body);
  requireOpen(chat.closed_at);
  const { id } = await addMessage(ctx, actor, chat.id, content);
  const chatMessageURL = `${ctx.origin}/${chat.id}/${id}`;
  return { ok: true as const, result: { chatMessageID: id, chatMessageURL } };
}

export async function deleteChatMessage(ctx: WriteContext, { body }: In<'deleteChatMessage'>) {
  const actor = await findActor(ctx, ctx.tx);
  await dropMessage(ctx, actor, body.messageID);
  return { ok: true as const };
}

/** @throws AppError chat_not_found, file_not_found */
export async function addMessage(
  ctx: WriteContext,
  actor: Actor,
  chatId: string,
  content: Content,
  sentId?: string,
): Promise<MessageRow> {
  const { tx, organization, now } = ctx;
  await checkFiles(ctx, actor, content);
  const message = { chatId, authorId: actor.id, content, sentId, now };
  const row = await insertMessage(tx, organization, message);
  if (!row) throw new AppError('chat_not_found');
  insertReading(tx, organization, actor.id, { chatId }, row.number);
  noteFiles(ctx, content, { messageId: row.id });
  tellReaders(ctx, { messageId: row.id }, content, actor.id);
  await record(ctx, 'message.post', row.id, [
    { type: 'message.posted', subject: row.id, data: dataOf(row) },
  ]);
  return row;
}

/** @throws AppError message_not_found, not_allowed, file_not_found */
export async function changeMessage(
  ctx: WriteContext,
  actor: Actor,
  given: string,
  content: Content,
): Promise<MessageRow> {
  const { tx, organization, now } = ctx;
  const { id } = await lockOwn(ctx, actor, given);
  await checkFiles(ctx, actor, content);
  const row = await updateMessage(tx, organization, id, content, now);
  forgetFiles(ctx, { messageId: id });
  noteFiles(ctx, content, { messageId: id });
  tellReadersAnew(ctx, { messageId: id }, content, actor.id);
  await record(ctx, 'message.edit', id, [
    { type: 'message.edited', subject: id, data: dataOf(row) },
  ]);
  return row;
}

/** @throws AppError message_not_found, not_allowed */
export async function dropMessage(ctx: WriteContext, actor: Actor, given: string): Promise<void> {
  const { tx, organization, now } = ctx;
  const row = await lockOwn(ctx, actor, given);
  await updateMessageDeleted(tx, organization, row.id, now);
  deleteNotices(tx, organization, { messageId: row.id });
  forgetFiles(ctx, { messageId: row.id });
  const data = { chatMessageID: row.id, chatID: row.chat_id };
  await record(ctx, 'message.delete', row.id, [{ type: 'message.deleted', subject: row.id, data }]);
}

async function lockOwn({ tx, organization }: WriteContext, actor: Actor, given: string) {
  const row = isUuid(given) ? await lockMessage(tx, organization, actor.id, given) : undefined;
  if (!row) throw new AppError('message_not_found');
  if (row.author_id !== actor.id) throw new AppError('not_allowed');
  return row;
}

function dataOf(row: MessageRow) {
  return {
    chatMessageID: row.id,
    chatID: row.chat_id,
    number: row.number,
    authorID: String(row.author_id),
    created_at: row.created_at.toISOString(),
  };
}
