import type { Content } from '../formatting/content.ts';

/** `sentId`: the id that its author's page gave it until it has arrived. */
export type NewPost = {
  id: number;
  authorId: number;
  content: Content;
  sentId: string | undefined;
  now: Date;
};

/** A post as it is stored, of whatever kind. */
export type PostRow = {
  author_id: number;
  mention_ids: number[];
  reactions: { emoji: string; user_ids: string[] }[];
  created_at: Date;
  edited_at: Date | null;
  deleted_at: Date | null;
  revision: number;
  sent_id: string | null;
};

/** A post that is locked, and whether its channel is archived; a chat never is. */
export type Locked<Row> = Row & { is_archived?: boolean };

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
