import { randomBytes } from 'node:crypto';
import type { WriteContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import { findActorAndChannel, type Named } from '../../channels/channels.ts';
import { archived } from '../../channels/rights.ts';
import type { Content } from '../../formatting/content.ts';
import { takeNumber } from '../../names/names.ts';
import { type Actor, type PostKind, storePost } from '../posts.ts';
import { insertThread, lockThread, type ThreadRow, threadTable } from './store.ts';

export const threadKind: PostKind<ThreadRow> = {
  noun: 'thread',
  table: threadTable,
  nameOf: (threadId) => ({ threadId }),
  readingOf: ({ id }) => ({ place: { threadId: id }, number: 0 }),
  lock: lockThread,
  requireChangeable({ is_announcement }) {
    if (!is_announcement) return;
    throw new AppError('not_allowed', {
      message: 'This announcement cannot be edited or deleted.',
    });
  },
  event(act, row) {
    const threadID = String(row.id);
    const place = { threadID, channelID: String(row.channel_id) };
    const authorID = String(row.author_id);
    const whole = { ...place, authorID, created_at: row.created_at.toISOString() };
    return act === 'posted' || act === 'edited'
      ? { type: `thread.${act}`, subject: threadID, data: whole }
      : { type: `thread.${act}`, subject: threadID, data: place };
  },
};

/**
 * Posts in a channel that is given by name or id: asks in one round trip what else would take
 * three.
 * @throws AppError channel_not_found
 */
export async function postThreadIn(
  ctx: WriteContext,
  channel: Named,
  content: Content,
  sentId?: string,
) {
  const [{ actor, channelId }, id] = await Promise.all([
    findActorAndChannel(ctx, ctx.tx, channel),
    takeNumber(ctx.tx, ctx.organization, 'thread'),
  ]);
  return postThread(ctx, actor, channelId, content, { id, sentId });
}

/** @throws AppError file_not_found, not_allowed */
export async function postThread(
  ctx: WriteContext,
  actor: Actor,
  channelId: number,
  content: Content,
  given: { id?: number; sentId?: string | undefined; isAnnouncement?: boolean } = {},
): Promise<ThreadRow> {
  const { tx, organization, now } = ctx;
  return storePost(ctx, threadKind, actor, content, async () => {
    const id = given.id ?? (await takeNumber(tx, organization, 'thread'));
    // 22 characters that say nothing of the thread; members only, all the same.
    const shareToken = randomBytes(16).toString('base64url');
    const post = { id, authorId: actor.id, content, sentId: given.sentId, now };
    const place = { channelId, shareToken, isAnnouncement: given.isAnnouncement ?? false };
    const row = await insertThread(tx, organization, post, place);
    if (!row) throw archived();
    return row;
  });
}
