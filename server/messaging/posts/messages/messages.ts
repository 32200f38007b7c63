import type { WriteContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Content } from '../../formatting/content.ts';
import { isUuid } from '../../names/names.ts';
import { type Actor, type PostKind, storePost } from '../posts.ts';
import { insertMessage, lockMessage, type MessageRow, messageTable } from './store.ts';

export const messageKind: PostKind<MessageRow> = {
  noun: 'message',
  table: messageTable,
  nameOf: (messageId) => ({ messageId }),
  readingOf: ({ chat_id, number }) => ({ place: { chatId: chat_id }, number }),
  lock: async (tx, organization, userId, id) =>
    isUuid(id) ? lockMessage(tx, organization, userId, id) : undefined,
  event(act, row) {
    const place = { chatMessageID: row.id, chatID: row.chat_id };
    const authorID = String(row.author_id);
    const { number } = row;
    const whole = { ...place, number, authorID, created_at: row.created_at.toISOString() };
    return act === 'posted' || act === 'edited'
      ? { type: `message.${act}`, subject: row.id, data: whole }
      : { type: `message.${act}`, subject: row.id, data: place };
  },
};

/** @throws AppError chat_not_found, file_not_found */
export async function postMessage(
  ctx: WriteContext,
  actor: Actor,
  chatId: string,
  content: Content,
  sentId?: string,
): Promise<MessageRow> {
  const { tx, organization, now } = ctx;
  return storePost(ctx, messageKind, actor, content, async () => {
    const message = { chatId, authorId: actor.id, content, sentId, now };
    const row = await insertMessage(tx, organization, message);
    if (!row) throw new AppError('chat_not_found');
    return row;
  });
}
