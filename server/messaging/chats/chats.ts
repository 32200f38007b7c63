import type { In } from '../../../contract/endpoint.ts';
import type { chats } from '../../../contract/messaging/chats.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { normalizeName, readName } from '../../platform/names.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { keptUntil } from '../files/files.ts';
import { deleteChatEmbeds } from '../files/store.ts';
import { isUuid } from '../names/names.ts';
import { insertReadings } from '../readings/store.ts';
import { findActor, findInvited, ownerOf } from '../users/users.ts';
import {
  type ChatRow,
  insertChat,
  selectActorAndChat,
  selectChats,
  updateChatDeleted,
} from './store.ts';

export async function createChat(ctx: WriteContext, { body }: In<typeof chats, 'createChat'>) {
  const actor = await findActor(ctx, ctx.tx);
  const members = await findInvited(ctx, body);
  const chatID = await openGroup(ctx, actor.id, body.name, [actor.id, ...members]);
  return { ok: true as const, result: { chatID, chatURL: `${ctx.origin}/messages/${chatID}` } };
}

export async function deleteChat(ctx: WriteContext, { body }: In<typeof chats, 'deleteChat'>) {
  const { tx, organization, now } = ctx;
  const actor = await findActor(ctx, tx);
  const chat = await findChat(tx, organization, actor.id, { chatID: body.chatID });
  if (chat.created_by !== actor.id) {
    throw new AppError('not_allowed', { message: 'Only the creator of a chat can delete it.' });
  }
  if (!(await updateChatDeleted(tx, organization, chat.id, now))) {
    throw new AppError('chat_not_found');
  }
  deleteChatEmbeds(tx, organization, chat.id, keptUntil(now));
  const memberIDs = chat.member_ids.map(String);
  await record(ctx, 'chat.delete', chat.id, [
    { type: 'chat.deleted', subject: chat.id, data: { chatID: chat.id, memberIDs } },
  ]);
  return { ok: true as const };
}

/** Opens a group chat. @throws AppError 400 */
export async function openGroup(
  ctx: WriteContext,
  createdBy: number | null,
  given: string,
  members: readonly number[],
): Promise<string> {
  const name = readName(given);
  return (await addChat(ctx, createdBy, { name, directKey: null, members })) as string;
}

/** Undefined when a chat with that key exists. */
export async function addChat(
  ctx: WriteContext,
  createdBy: number | null,
  given: { name: string; directKey: string | null; members: readonly number[] },
): Promise<string | undefined> {
  const { tx, organization, now } = ctx;
  const { name, directKey } = given;
  const memberIds = [...new Set(given.members)];
  const chat = { name, directKey, createdBy, memberIds, now };
  const chatID = await insertChat(tx, organization, chat);
  if (chatID === undefined) return undefined;
  insertReadings(tx, organization, memberIds, { chatId: chatID });
  const data = { chatID, memberIDs: memberIds.map(String) };
  await record(ctx, 'chat.create', chatID, [{ type: 'chat.created', subject: chatID, data }]);
  return chatID;
}

type Named = { chat?: string | null; chatID?: string | null };

/** A chat that the user is in. @throws AppError 400, chat_not_found, ambiguous_name */
export async function findChat(
  db: Db,
  organization: number,
  userId: number,
  { chat, chatID }: Named,
): Promise<ChatRow> {
  if (chat == null && chatID == null) throw invalid('chat', 'is required, or chatID.');
  const by = chatID == null ? { name: normalizeName(chat ?? '') } : { id: readChatId(chatID) };
  const [found, another] = await selectChats(db, organization, userId, by);
  if (!found) throw new AppError('chat_not_found');
  if (another) throw new AppError('ambiguous_name');
  return found;
}

/** @throws AppError chat_not_found for what is no id of a chat */
export function readChatId(chatID: string): string {
  if (!isUuid(chatID)) throw new AppError('chat_not_found');
  return chatID;
}

/** The acting user and the chat. @throws AppError chat_not_found */
export async function findActorAndChat(
  { organization, caller }: Pick<WriteContext, 'organization' | 'caller'>,
  db: Db,
  chatID: string,
): Promise<{ actor: { id: number }; chatId: string; lastNumber: number; closedAt: Date | null }> {
  const row = await selectActorAndChat(db, organization, ownerOf(caller), readChatId(chatID));
  if (!row) throw new AppError('unauthorized');
  if (row.chat_id === null) throw new AppError('chat_not_found');
  const { chat_id: chatId, last_number: lastNumber, closed_at: closedAt } = row;
  return { actor: row, chatId, lastNumber, closedAt };
}

/** @throws AppError not_allowed for a direct chat that one of the two has left */
export function requireOpen(closedAt: Date | null): void {
  if (closedAt === null) return;
  throw new AppError('not_allowed', {
    message: 'The other member has left the organization, so the chat is read-only.',
  });
}
