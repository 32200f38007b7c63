import type { In } from '../../../../contract/endpoint.ts';
import type { reactions } from '../../../../contract/messaging/website/reactions.ts';
import { emojiMax } from '../../../../contract/messaging/website/shapes.ts';
import { record } from '../../../platform/audit/record.ts';
import type { WriteContext } from '../../../platform/context.ts';
import { invalid } from '../../../runtime/errors.ts';
import type { NewEvent } from '../../../runtime/events/events.ts';
import { requireUnarchived } from '../../channels/rights.ts';
import { readNumber } from '../../names/names.ts';
import { findActor } from '../../users/users.ts';
import { commentKind } from '../comments/comments.ts';
import { messageKind } from '../messages/messages.ts';
import type { PostRow } from '../post.ts';
import { lockPost, type PostKind } from '../posts.ts';
import { updateReactions } from '../store.ts';
import { threadKind } from '../threads/threads.ts';

type Body = In<typeof reactions, 'react'>['body'];

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
  const { noun, row, update, event } = await findPost(ctx, userId, body);
  const changed = toggled(row.reactions, emoji, String(userId), reacted);
  if (!changed) return { reactions: row.reactions, revision: row.revision };
  if (changed.length > emojiMax) {
    throw invalid(
      'emoji',
      `this post already has ${emojiMax} different reactions, and takes no more.`,
    );
  }
  const revision = await update(changed);
  await record(ctx, `${noun}.react`, String(row.id), [event]);
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

/** A post of any kind, locked, and how it takes reactions. */
type Post = {
  noun: 'thread' | 'comment' | 'message';
  row: PostRow & { id: number | string };
  update(changed: PostRow['reactions']): Promise<number>;
  event: NewEvent;
};

/** @throws AppError 400 unless exactly one post is given, and the 404 of its kind */
async function findPost(
  ctx: WriteContext,
  userId: number,
  { thread_id, comment_id, message_id }: Body,
): Promise<Post> {
  if ([thread_id, comment_id, message_id].filter((one) => one !== undefined).length !== 1) {
    throw invalid('thread_id', 'give one of thread_id, comment_id and message_id.');
  }
  if (thread_id !== undefined) return lockAs(ctx, threadKind, userId, readNumber(thread_id));
  if (comment_id !== undefined) return lockAs(ctx, commentKind, userId, readNumber(comment_id));
  return lockAs(ctx, messageKind, userId, message_id ?? '');
}

async function lockAs<Row extends PostRow & { id: number | string }>(
  ctx: WriteContext,
  kind: PostKind<Row>,
  userId: number,
  id: Row['id'],
): Promise<Post> {
  const row = await lockPost(ctx, kind, userId, id, 'reacted');
  requireUnarchived({ is_archived: row.is_archived ?? false });
  return {
    noun: kind.noun,
    row,
    update: (changed) => updateReactions(ctx.tx, ctx.organization, kind.table, row.id, changed),
    event: kind.event('reacted', row),
  };
}
