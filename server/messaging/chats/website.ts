import type { In } from '../../../contract/endpoint.ts';
import type { chats } from '../../../contract/messaging/website/chats.ts';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { readName } from '../../platform/names.ts';
import { existing } from '../../runtime/database/existing.ts';
import { AppError } from '../../runtime/errors.ts';
import { readNumber } from '../names/names.ts';
import { insertReadings } from '../readings/store.ts';
import { runs } from '../users/rights.ts';
import { selectActiveIds } from '../users/store.ts';
import { findActor, findInvited } from '../users/users.ts';
import { addChat, findChat, openGroup } from './chats.ts';
import {
  type ChatRow,
  deleteChatMember,
  insertChatMembers,
  selectChatsByIds,
  selectDirectChat,
  updateChat,
} from './store.ts';

export async function openChat(ctx: WriteContext, { body }: In<typeof chats, 'openChat'>) {
  const { tx, organization } = ctx;
  const actor = await findActor(ctx, tx);
  const others = [...new Set(body.user_ids.map(readNumber))].filter((id) => id !== actor.id);
  if (!body.name?.trim() && others.length <= 1) {
    return { chat: await openDirect(ctx, actor.id, others[0] ?? actor.id) };
  }
  const invited = await findInvited(ctx, { userIDs: others });
  const id = await openGroup(ctx, actor.id, body.name ?? '', [actor.id, ...invited]);
  const [row] = await selectChatsByIds(tx, organization, [id]);
  return { chat: showChat(existing(row)) };
}

/** The key of the direct chat of two users, the same whoever opens it. */
export function directKeyOf(userIds: readonly number[]): string {
  return userIds.toSorted((a, b) => a - b).join('-');
}

/**
 * Two users have one direct chat, even if both open it at once. The one with somebody who has left
 * the organization is answered while they are away.
 */
async function openDirect(ctx: WriteContext, userId: number, other: number): Promise<ChatState> {
  const directKey = directKeyOf([userId, other]);
  const { tx, organization } = ctx;
  const found = await selectDirectChat(tx, organization, userId, directKey);
  if (found && found.closed_at === null) return showChat(found);
  const [isThere] = await selectActiveIds(tx, organization, [other]);
  if (found && isThere === undefined) return showChat(found);
  await findInvited(ctx, { userIDs: [other] });
  await addChat(ctx, userId, { name: '', directKey, members: [userId, other] });
  const made = await selectDirectChat(tx, organization, userId, directKey);
  return showChat(existing(made));
}

export async function changeChat(
  ctx: WriteContext,
  { params, body }: In<typeof chats, 'changeChat'>,
) {
  const name = readName(body.name);
  const { chat } = await findGroup(ctx, params.chat_id);
  const row = await updateChat(ctx.tx, ctx.organization, chat.id, name);
  await record(ctx, 'chat.change', chat.id, [
    { type: 'chat.updated', subject: chat.id, data: { chatID: chat.id } },
  ]);
  return { chat: showChat(row) };
}

export async function addChatMember(
  ctx: WriteContext,
  { params }: In<typeof chats, 'addChatMember'>,
) {
  const { tx, organization } = ctx;
  const { chat } = await findGroup(ctx, params.chat_id);
  const [userId = 0] = await findInvited(ctx, { userIDs: [params.user_id] });
  await insertChatMembers(tx, organization, chat.id, [userId]);
  insertReadings(tx, organization, [userId], { chatId: chat.id });
  const row = await updateChat(tx, organization, chat.id, null);
  const data = { chatID: chat.id, userID: String(userId) };
  await record(ctx, 'chat.join', chat.id, [{ type: 'chat.joined', subject: chat.id, data }]);
  return { chat: showChat(row) };
}

export async function removeChatMember(
  ctx: WriteContext,
  { params }: In<typeof chats, 'removeChatMember'>,
) {
  const { tx, organization } = ctx;
  const { chat, actor } = await findGroup(ctx, params.chat_id);
  const userId = readNumber(params.user_id);
  if (userId !== actor.id) requireMayRemove(ctx, chat, actor);
  if (!(await deleteChatMember(tx, organization, chat.id, userId))) return {};
  await updateChat(tx, organization, chat.id, null);
  const data = { chatID: chat.id, userID: String(userId) };
  await record(ctx, 'chat.leave', chat.id, [{ type: 'chat.left', subject: chat.id, data }]);
  return {};
}

/** @throws AppError chat_not_found; not_allowed for a direct chat, whose members never change */
async function findGroup(ctx: WriteContext, chatID: string) {
  const actor = await findActor(ctx, ctx.tx);
  const chat = await findChat(ctx.tx, ctx.organization, actor.id, { chatID });
  if (chat.direct_key !== null) {
    throw new AppError('not_allowed', {
      message: 'A direct chat keeps its two members and has no name; open a group chat instead.',
    });
  }
  return { chat, actor };
}

/**
 * Its creator may, as long as they are in the chat, and owners and admins; without its creator
 * everybody.
 * @throws AppError not_allowed
 */
function requireMayRemove(ctx: WriteContext, chat: ChatRow, actor: { id: number }): void {
  const isLed = chat.created_by !== null && chat.member_ids.includes(chat.created_by);
  if (!isLed || runs(ctx, chat, actor)) return;
  throw new AppError('not_allowed', {
    message: 'Only owners, admins and the person who opened the chat can remove people.',
  });
}

export function showChat(row: ChatRow): ChatState {
  return {
    chat_id: row.id,
    name: row.name,
    is_direct: row.direct_key !== null,
    opened_by: row.created_by === null ? null : String(row.created_by),
    member_ids: row.member_ids.map(String),
    last_number: row.last_number,
    last_at: row.last_at?.toISOString() ?? null,
    deleted_at: row.deleted_at?.toISOString() ?? null,
    is_closed: row.closed_at !== null,
    revision: row.revision,
  };
}
