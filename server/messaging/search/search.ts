import type { In } from '../../../contract/endpoint.ts';
import type { Found, finding } from '../../../contract/messaging/website/finding.ts';
import type { ReadContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import { readNumber } from '../names/names.ts';
import { findActor } from '../users/users.ts';
import { excerptOf } from './excerpt.ts';
import { type Part, readQuery } from './query.ts';
import { type FoundRow, selectFound } from './store.ts';

/**
 * Posts that the member may read and the query matches.
 * @throws AppError 400 for a query without a word
 */
export async function search(ctx: ReadContext, { query }: In<typeof finding, 'search'>) {
  const { db, organization, now } = ctx;
  const parts = readQuery(query.q);
  if (parts.every(({ isExcluded }) => isExcluded)) {
    throw invalid('q', 'must contain a word to search for.');
  }
  const actor = await findActor(ctx, db);
  const { skip = 0, limit = 50, channel_id, chat_id = null, author_id } = query;
  const rows = await selectFound(db, organization, actor.id, {
    parts,
    channelId: channel_id === undefined ? null : readNumber(channel_id),
    chatId: chat_id,
    authorId: author_id === undefined ? null : readNumber(author_id),
    now,
    skip,
    limit: limit + 1,
  });
  const found = rows.slice(0, limit).map((row) => showFound(row, parts));
  return { found, has_more: rows.length > limit };
}

function showFound(row: FoundRow, parts: readonly Part[]): Found {
  return {
    thread_id: textOf(row.thread_id),
    comment_id: textOf(row.comment_id),
    message_id: row.message_id,
    channel_id: textOf(row.channel_id),
    chat_id: row.chat_id,
    author_id: String(row.author_id),
    created_at: row.created_at.toISOString(),
    excerpt: excerptOf(row.plain, parts),
  };
}

function textOf(id: number | null): string | null {
  return id === null ? null : String(id);
}
