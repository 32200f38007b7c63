import type { In } from '../../../../contract/endpoint.ts';
import type { chats } from '../../../../contract/messaging/website/chats.ts';
import type { MessageState } from '../../../../contract/messaging/website/shapes.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import { findActorAndChat, readChatId, requireOpen } from '../../chats/chats.ts';
import { readBody } from '../../formatting/content.ts';
import { findActor } from '../../users/users.ts';
import { showPost } from '../post.ts';
import { deletePost, editPost } from '../posts.ts';
import { selectPostPage } from '../store.ts';
import { messageKind, postMessage as post } from './messages.ts';
import { type MessageRow, messageTable } from './store.ts';

export async function listMessages(
  ctx: ReadContext,
  { params, query }: In<typeof chats, 'listMessages'>,
) {
  const { db, organization } = ctx;
  const chatId = readChatId(params.chat_id);
  const { limit = 50, before, after, around } = query;
  const chat = findActorAndChat(ctx, db, chatId);
  const page = (on: { before?: number; after?: number }, most: number) =>
    selectPostPage(db, organization, messageTable, chatId, { ...on, limit: most + 1 });
  if (around !== undefined) {
    const half = Math.floor(limit / 2);
    const [older, newer] = await Promise.all([
      page({ before: around }, half),
      page({ after: around - 1 }, limit - half),
      chat,
    ]);
    const shown = [...last(older, half), ...newer.slice(0, limit - half)];
    return {
      messages: shown.map(showMessage),
      has_older: older.length > half,
      has_newer: newer.length > limit - half,
    };
  }
  if (after !== undefined) {
    const [newer] = await Promise.all([page({ after }, limit), chat]);
    return {
      messages: newer.slice(0, limit).map(showMessage),
      has_older: after > 0,
      has_newer: newer.length > limit,
    };
  }
  const [older, { lastNumber }] = await Promise.all([
    page(before === undefined ? {} : { before }, limit),
    chat,
  ]);
  return {
    messages: older.slice(-limit).map(showMessage),
    has_older: older.length > limit,
    has_newer: before !== undefined && before <= lastNumber,
  };
}

/** With a count of 0, `slice(-0)` would be all. */
function last(rows: readonly MessageRow[], count: number): MessageRow[] {
  return rows.slice(Math.max(0, rows.length - count));
}

export async function sendMessage(
  ctx: WriteContext,
  { params, body }: In<typeof chats, 'sendMessage'>,
) {
  const content = readBody(body.text);
  const { actor, chatId, closedAt } = await findActorAndChat(ctx, ctx.tx, params.chat_id);
  requireOpen(closedAt);
  return { message: showMessage(await post(ctx, actor, chatId, content, body.sent_id)) };
}

export async function editMessage(
  ctx: WriteContext,
  { params, body }: In<typeof chats, 'editMessage'>,
) {
  const content = readBody(body.text);
  const actor = await findActor(ctx, ctx.tx);
  return {
    message: showMessage(await editPost(ctx, messageKind, actor, params.message_id, content)),
  };
}

export async function removeMessage(
  ctx: WriteContext,
  { params }: In<typeof chats, 'removeMessage'>,
) {
  const actor = await findActor(ctx, ctx.tx);
  await deletePost(ctx, messageKind, actor, params.message_id);
  return {};
}

export function showMessage(row: MessageRow): MessageState {
  return {
    message_id: row.id,
    chat_id: row.chat_id,
    ...showPost(row, row.body === '' ? [] : [row.body]),
    number: row.number,
  };
}
