import type { In } from '../../../contract/endpoint.ts';
import type { finding } from '../../../contract/messaging/website/finding.ts';
import type { Notice } from '../../../contract/messaging/website/shapes.ts';
import type { ReadContext } from '../../platform/context.ts';
import { type NoticeRow, selectNotices } from '../notices/store.ts';
import { type CommentRow, commentTable } from '../posts/comments/store.ts';
import { showComment } from '../posts/comments/website.ts';
import { type MessageRow, messageTable } from '../posts/messages/store.ts';
import { showMessage } from '../posts/messages/website.ts';
import { selectPosts } from '../posts/store.ts';
import { type ThreadRow, threadTable } from '../posts/threads/store.ts';
import { showThread } from '../posts/threads/website.ts';
import { findActor } from '../users/users.ts';

/** Mentions of the member and replies to them, with the posts as they are now. */
export async function listNotices(ctx: ReadContext, { query }: In<typeof finding, 'listNotices'>) {
  const { db, organization } = ctx;
  const actor = await findActor(ctx, db);
  const { limit = 50, before = Number.MAX_SAFE_INTEGER } = query;
  const rows = await selectNotices(db, organization, actor.id, before, limit + 1);
  const shown = rows.slice(0, limit);
  const posts = await loadPosts(ctx, shown);
  return { notices: shown.map((row) => showNotice(row, posts)), has_more: rows.length > limit };
}

type Posts = {
  threads: Map<number, ThreadRow>;
  comments: Map<number, CommentRow>;
  messages: Map<string, MessageRow>;
};

async function loadPosts({ db, organization }: ReadContext, rows: NoticeRow[]): Promise<Posts> {
  const [threads, comments, messages] = await Promise.all([
    selectPosts(db, organization, threadTable, present(rows.map(({ thread_id }) => thread_id))),
    selectPosts(db, organization, commentTable, present(rows.map(({ comment_id }) => comment_id))),
    selectPosts(db, organization, messageTable, present(rows.map(({ message_id }) => message_id))),
  ]);
  return { threads: byId(threads), comments: byId(comments), messages: byId(messages) };
}

function present<Id>(ids: readonly (Id | null)[]): Id[] {
  return ids.filter((id) => id !== null);
}

function byId<Row extends { id: unknown }>(rows: readonly Row[]): Map<Row['id'], Row> {
  return new Map(rows.map((row) => [row.id, row]));
}

function showNotice(row: NoticeRow, { threads, comments, messages }: Posts): Notice {
  const thread = threads.get(row.thread_id ?? 0);
  const comment = comments.get(row.comment_id ?? 0);
  const message = messages.get(row.message_id ?? '');
  return {
    number: row.number,
    reason: row.reason,
    created_at: row.created_at.toISOString(),
    thread: thread ? showThread(thread) : null,
    comment: comment ? showComment(comment) : null,
    message: message ? showMessage(message) : null,
  };
}
