import type { Input } from '../../../contract/endpoint.ts';
import type { chats } from '../../../contract/messaging/chats.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { readBody } from '../formatting/content.ts';
import { checkFiles, noteMentions } from '../threads/posting.ts';
import { deleteMentions } from '../threads/store.ts';
import { findActor, findInvited } from '../users/users.ts';
import {
  type ChatRow,
  insertChat,
  insertMessage,
  lockMessage,
  selectChats,
  updateChatDeleted,
  updateMessageDeleted,
} from './store.ts';

type In<Name extends keyof typeof chats> = Input<(typeof chats)[Name]>;

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function createChat(ctx: WriteContext, { body }: In<'createChat'>) {
  const actor = await findActor(ctx, ctx.tx);
  const members = await findInvited(ctx, body);
  const chatID = await openChat(ctx, actor.id, body.name, [actor.id, ...members]);
  return { ok: true as const, result: { chatID, chatURL: `${ctx.origin}/messages/${chatID}` } };
}

/** Opens a chat of some users. @throws AppError 400 */
export async function openChat(
  ctx: WriteContext,
  createdBy: number | null,
  given: string,
  members: readonly number[],
): Promise<string> {
  const name = given.trim();
  if (!name) throw invalid('name', 'must not be blank.');
  const { tx, organization, now } = ctx;
  const memberIds = [...new Set(members)];
  const chatID = await insertChat(tx, organization, { name, createdBy, memberIds, now });
  const data = { chatID, name, memberIDs: memberIds.map(String) };
  await record(ctx, 'chat.create', chatID, [{ type: 'chat.created', subject: chatID, data }]);
  return chatID;
}

export async function deleteChat(ctx: WriteContext, { body }: In<'deleteChat'>) {
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const chat = await findChat(ctx, actor.id, { chatID: body.chatID });
  if (chat.created_by !== actor.id) throw new AppError('not_allowed');
  await updateChatDeleted(tx, organization, chat.id, now);
  await record(ctx, 'chat.delete', chat.id, [
    { type: 'chat.deleted', subject: chat.id, data: { chatID: chat.id } },
  ]);
  return { ok: true as const };
}

export async function postChatMessage(ctx: WriteContext, { body }: In<'postChatMessage'>) {
  const content = readBody(body.body);
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const chat = await findChat(ctx, actor.id, body);
  await checkFiles(ctx, content);
  const message = { chatId: chat.id, authorId: actor.id, body: body.body, content, now };
  const { id, sequence } = await insertMessage(tx, organization, message);
  await noteMentions(ctx, content, { messageId: id });
  const data = {
    chatMessageID: id,
    chatID: chat.id,
    sequence,
    authorID: String(actor.id),
    body: body.body,
    created_at: now.toISOString(),
  };
  await record(ctx, 'message.post', id, [{ type: 'message.posted', subject: id, data }]);
  const chatMessageURL = `${ctx.origin}/${chat.id}/${id}`;
  return { ok: true as const, result: { chatMessageID: id, chatMessageURL } };
}

export async function deleteChatMessage(ctx: WriteContext, { body }: In<'deleteChatMessage'>) {
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const id = uuidForm.test(body.messageID) ? body.messageID : undefined;
  const row = id && (await lockMessage(tx, organization, actor.id, id));
  if (!row) throw new AppError('message_not_found');
  if (row.author_id !== actor.id) throw new AppError('not_allowed');
  await updateMessageDeleted(tx, organization, row.id, now);
  await deleteMentions(tx, organization, { messageId: row.id });
  const data = { chatMessageID: row.id, chatID: row.chat_id };
  await record(ctx, 'message.delete', row.id, [{ type: 'message.deleted', subject: row.id, data }]);
  return { ok: true as const };
}

type Named = { chat?: string | null; chatID?: string | null };

/** A chat that the user is in. @throws AppError 400, chat_not_found, ambiguous_name */
async function findChat(
  { tx, organization }: WriteContext,
  userId: number,
  { chat, chatID }: Named,
): Promise<ChatRow> {
  if (chat == null && chatID == null) throw invalid('chat', 'is required, or chatID.');
  if (chatID != null && !uuidForm.test(chatID)) throw new AppError('chat_not_found');
  const by = chatID == null ? { name: (chat ?? '').trim() } : { id: chatID };
  const [found, another] = await selectChats(tx, organization, userId, by);
  if (!found) throw new AppError('chat_not_found');
  if (another) throw new AppError('ambiguous_name');
  return found;
}
