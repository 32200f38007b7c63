import type { Db, Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';
import type { Content } from '../formatting/content.ts';
import type { PostRow } from './post.ts';

/** Where posts of one kind are stored, and which of their columns are shown. */
export type PostTable<Row extends PostRow> = {
  name: 'messaging.thread' | 'messaging.comment' | 'messaging.message';
  alias: string;
  columns: string;
  /** The column of the text: several blocks, or one. */
  text: 'blocks' | 'body';
  /** The column of their channel, thread or chat, in which `number` counts. */
  place: 'channel_id' | 'thread_id' | 'chat_id';
  /** SQL: whether user $2 may read one. */
  readable: string;
  /** Whether pages include deleted ones. */
  keepsDeleted: boolean;
  /** Never set: it only carries the type of a row. */
  row?: Row;
};

export type Page = { before?: number | undefined; after?: number | undefined; limit: number };

/** Posts by id, deleted ones included; the caller knows who may read them. */
export async function selectPosts<Row extends PostRow>(
  db: Db,
  organization: number,
  { name, alias, columns }: PostTable<Row>,
  ids: readonly (number | string)[],
): Promise<Row[]> {
  return db.rows<Row>(
    `select ${columns} from ${name} ${alias}
     where ${alias}.organization_id = $1 and ${alias}.id = any($2)`,
    [organization, ids],
  );
}

/** A page in the order of ids, or those with some ids. */
export type Picked =
  | { after: number | string; limit: number }
  | { ids: readonly (number | string)[] };

/** Posts that a user may read, of all places; none that were deleted. */
export async function selectReadablePosts<Row extends PostRow>(
  db: Db,
  organization: number,
  { name, alias, columns, readable }: PostTable<Row>,
  userId: number,
  picked: Picked,
): Promise<Row[]> {
  const [condition, values] =
    'ids' in picked
      ? [`${alias}.id = any($3)`, [picked.ids, null]]
      : [`${alias}.id > $3`, [picked.after, picked.limit]];
  return db.rows<Row>(
    `select ${columns} from ${name} ${alias}
     where ${alias}.organization_id = $1 and ${condition} and ${alias}.deleted_at is null
       and ${readable}
     order by ${alias}.id limit $4`,
    [organization, userId, ...values],
  );
}

/** The `limit` posts closest to a number, on one side of it; in the order of their numbers. */
export async function selectPostPage<Row extends PostRow>(
  db: Db,
  organization: number,
  table: PostTable<Row>,
  placeId: number | string,
  page: Page,
): Promise<Row[]> {
  const rows = await db.rows<Row>(
    pageText(table, table.columns, page),
    pageValues(organization, placeId, page),
  );
  return page.after === undefined ? rows.reverse() : rows;
}

/**
 * The same page as part of another statement; the parameters from $4 on are its own. How long it is
 * stands in the text: for a limit that it does not know PostgreSQL plans anew each time, which takes
 * as long as the page.
 */
export function pageText<Row extends PostRow>(
  { name, alias, place, keepsDeleted }: PostTable<Row>,
  selected: string,
  { after, limit }: Page,
): string {
  const isAfter = after !== undefined;
  return `select ${selected} from ${name} ${alias}
     where ${alias}.organization_id = $1 and ${alias}.${place} = $2
       ${keepsDeleted ? '' : `and ${alias}.deleted_at is null`}
       and ${alias}.number ${isAfter ? '>' : '<'} $3
     order by ${alias}.number ${isAfter ? 'asc' : 'desc'} limit ${Math.trunc(limit)}`;
}

export function pageValues(
  organization: number,
  placeId: number | string,
  { before, after }: Page,
): unknown[] {
  return [organization, placeId, after ?? before ?? Number.MAX_SAFE_INTEGER];
}

export async function updatePost<Row extends PostRow>(
  tx: Tx,
  organization: number,
  { name, alias, columns, text }: PostTable<Row>,
  id: number | string,
  { blocks, plain, mentions }: Content,
  now: Date,
): Promise<Row> {
  const [row] = await tx.rows<Row>(
    `update ${name} ${alias}
     set ${text} = $3, plain = $4, mention_ids = $5, edited_at = $6, revision = revision + 1
     where ${alias}.organization_id = $1 and ${alias}.id = $2
     returning ${columns}`,
    [organization, id, text === 'body' ? blocks[0] : blocks, plain, mentions, now],
  );
  return row as Row;
}

/** Deletes the text and keeps the row: it keeps its number, and others refer to it. */
export async function updatePostDeleted<Row extends PostRow>(
  tx: Tx,
  organization: number,
  { name, text }: PostTable<Row>,
  id: number | string,
  now: Date,
): Promise<void> {
  await tx.rows(
    `update ${name}
     set ${text} = ${text === 'body' ? `''` : `'{}'`}, plain = '', mention_ids = '{}',
       reactions = '[]', deleted_at = $3, revision = revision + 1
     where organization_id = $1 and id = $2`,
    [organization, id, now],
  );
}

/** Answers the new revision. */
export async function updateReactions<Row extends PostRow>(
  tx: Tx,
  organization: number,
  { name }: PostTable<Row>,
  id: number | string,
  reactions: PostRow['reactions'],
): Promise<number> {
  const [row] = await tx.rows<{ revision: number }>(
    `update ${name} set reactions = $3, revision = revision + 1
     where organization_id = $1 and id = $2 returning revision`,
    [organization, id, JSON.stringify(reactions)],
  );
  return existing(row).revision;
}
