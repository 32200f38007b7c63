import type { Input } from '../../../contract/endpoint.ts';
import type { EventOf } from '../../../contract/events.ts';
import type { reactions } from '../../../contract/messaging/website/reactions.ts';
import { emojiMax } from '../../../contract/messaging/website/shapes.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { requireUnarchived } from '../channels/rights.ts';
import { isUuid } from '../chats/chats.ts';
import { lockComment } from '../comments/store.ts';
import { lockMessage } from '../messages/store.ts';
import { lockThread, type PostRow } from '../threads/store.ts';
import { findActor, readNumber } from '../users/users.ts';
import { type PostKind, updateReactions } from './store.ts';

type Body = Input<(typeof reactions)['react']>['body'];

// One emoji as people see it: a flag, a keycap, or pictures joined to one.
const emojiForm = /^\p{RGI_Emoji}$/v;

export async function react(ctx: WriteContext, { body }: { body: Body }) {
  const actor = await findActor(ctx, ctx.tx);
  return reactAs(ctx, actor.id, body);
}

/** @throws AppError 400, not_allowed, and the 404 of the kind of post */
export async function reactAs(ctx: WriteContext, userId: number, body: Body) {
  const { emoji, reacted } = body;
  if (!emojiForm.test(emoji)) throw invalid('emoji', 'must be one emoji.');
  const { kind, row, event } = await lockPost(ctx, userId, body);
  const changed = toggled(row.reactions, emoji, String(userId), reacted);
  if (!changed) return { reactions: row.reactions, revision: row.revision };
  if (changed.length > emojiMax) {
    throw invalid(
      'emoji',
      `this post already has ${emojiMax} different reactions, and takes no more.`,
    );
  }
  const revision = await updateReactions(ctx.tx, ctx.organization, kind, row.id, changed);
  await record(ctx, `${kind}.react`, event.subject, [event]);
  return { reactions: changed, revision };
}

/** Undefined when nothing changes. */
function toggled(
  reactions: PostRow['reactions'],
  emoji: string,
  userId: string,
  reacted: boolean,
): PostRow['reactions'] | undefined {
  const found = reactions.find((one) => one.emoji === emoji);
  if ((found?.user_ids.includes(userId) ?? false) === reacted) return undefined;
  if (!found) return [...reactions, { emoji, user_ids: [userId] }];
  const user_ids = reacted
    ? [...found.user_ids, userId]
    : found.user_ids.filter((one) => one !== userId);
  return reactions
    .map((one) => (one === found ? { emoji, user_ids } : one))
    .filter((one) => one.user_ids.length > 0);
}

type Post = {
  kind: PostKind;
  row: PostRow & { id: number | string };
  event: EventOf<`${PostKind}.reacted`>;
};

/** @throws AppError 400 unless it is one post, and the 404 of its kind */
async function lockPost(
  { tx, organization }: WriteContext,
  userId: number,
  { thread_id, comment_id, message_id }: Body,
): Promise<Post> {
  if ([thread_id, comment_id, message_id].filter((one) => one !== undefined).length !== 1) {
    throw invalid('thread_id', 'give one of thread_id, comment_id and message_id.');
  }
  if (thread_id !== undefined) {
    const row = await lockThread(tx, organization, userId, readNumber(thread_id));
    if (!row) throw new AppError('thread_not_found');
    requireUnarchived(row);
    const data = { threadID: String(row.id), channelID: String(row.channel_id) };
    return { kind: 'thread', row, event: { type: 'thread.reacted', subject: data.threadID, data } };
  }
  if (comment_id !== undefined) {
    const row = await lockComment(tx, organization, userId, readNumber(comment_id));
    if (!row) throw new AppError('comment_not_found');
    requireUnarchived(row);
    const channelID = String(row.channel_id);
    const commentID = String(row.id);
    const data = { commentID, threadID: String(row.thread_id), channelID };
    return { kind: 'comment', row, event: { type: 'comment.reacted', subject: commentID, data } };
  }
  const given = message_id ?? '';
  const row = isUuid(given) ? await lockMessage(tx, organization, userId, given) : undefined;
  if (!row) throw new AppError('message_not_found');
  const data = { chatMessageID: row.id, chatID: row.chat_id };
  return { kind: 'message', row, event: { type: 'message.reacted', subject: row.id, data } };
}
