import type { WriteContext } from '../../platform/context.ts';
import type { Content } from '../formatting/content.ts';
import type { PostName } from '../names/post-name.ts';
import { correctNotices, insertNotices } from './store.ts';

/**
 * Puts a post into the inboxes of those whom it mentions or answers, once each, and never its
 * author's.
 */
export function notifyReaders(
  { tx, organization, now }: WriteContext,
  post: PostName,
  { mentions }: Content,
  authorId: number,
  answered: readonly number[] = [],
): void {
  const reasons = new Map<number, 'mention' | 'reply'>();
  for (const userId of answered) reasons.set(userId, 'reply');
  for (const userId of mentions) reasons.set(userId, 'mention');
  reasons.delete(authorId);
  const notices = [...reasons].map(([userId, reason]) => ({ userId, reason }));
  insertNotices(tx, organization, post, notices, now);
}

/**
 * After an edit: those who are mentioned now get it, and from those who are no longer it is taken.
 */
export function renotifyReaders(
  ctx: WriteContext,
  post: PostName,
  content: Content,
  authorId: number,
): void {
  correctNotices(ctx.tx, ctx.organization, post, content.mentions);
  notifyReaders(ctx, post, content, authorId);
}
