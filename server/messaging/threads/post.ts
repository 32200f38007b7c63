import type { PostRow } from './store.ts';

/** What threads, comments and messages show alike. */
export function showPost(row: PostRow, blocks: string[]) {
  return {
    author_id: String(row.author_id),
    blocks,
    mention_ids: row.mention_ids.map(String),
    reactions: row.reactions,
    created_at: row.created_at.toISOString(),
    edited_at: row.edited_at?.toISOString() ?? null,
    deleted_at: row.deleted_at?.toISOString() ?? null,
    revision: row.revision,
    sent_id: row.sent_id,
  };
}
