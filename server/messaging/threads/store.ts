import type { Db, Tx } from '../../runtime/database/database.ts';
import type { Content } from '../formatting/content.ts';

/** `sentId`: what the page of its author calls it until it has arrived. */
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

export type ThreadRow = PostRow & {
  id: number;
  channel_id: number;
  blocks: string[];
  number: number;
  active_at: Date;
  comment_count: number;
  last_number: number;
  share_token: string;
  is_announcement: boolean;
};

/** A post that is locked, and whether its channel is archived. */
export type Locked<Row> = Row & { is_archived: boolean };

const columns = `t.id, t.channel_id, t.author_id, t.blocks, t.mention_ids, t.reactions, t.number,
  t.active_at, t.comment_count, t.last_number, t.share_token, t.is_announcement, t.created_at,
  t.edited_at, t.deleted_at, t.revision, t.sent_id`;

/** What user $2 may read: public channels, and private ones that the user is in. */
const readable = `(not c.is_private or exists (
  select from messaging.channel_member r
  where r.organization_id = c.organization_id and r.channel_id = c.id and r.user_id = $2))`;

export type NewThread = { channelId: number; shareToken: string; isAnnouncement: boolean };

/** The channel counts it. Undefined in an archived one, of which only announcements tell something. */
export async function insertThread(
  tx: Tx,
  organization: number,
  { id, authorId, content, sentId, now }: NewPost,
  { channelId, shareToken, isAnnouncement }: NewThread,
): Promise<ThreadRow | undefined> {
  const [row] = await tx.rows<ThreadRow>(
    `with place as (
       update messaging.channel set last_number = last_number + 1
       where organization_id = $1 and id = $3 and (archived_at is null or $10)
       returning last_number)
     insert into messaging.thread as t (organization_id, id, channel_id, author_id, blocks, plain,
       mention_ids, share_token, created_at, active_at, number, is_announcement, sent_id)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $9, place.last_number, $10, $11 from place
     returning ${columns}`,
    [
      organization,
      id,
      channelId,
      authorId,
      content.blocks,
      content.plain,
      content.mentions,
      shareToken,
      now,
      isAnnouncement,
      sentId,
    ],
  );
  return row;
}

/** A thread in a channel that the user may read, unless it was deleted; locked. */
export async function lockThread(
  tx: Tx,
  organization: number,
  userId: number,
  id: number,
): Promise<Locked<ThreadRow> | undefined> {
  const [row] = await tx.rows<Locked<ThreadRow>>(
    `select ${columns}, c.archived_at is not null as is_archived
     from messaging.thread t
     join messaging.channel c on c.organization_id = t.organization_id and c.id = t.channel_id
     where t.organization_id = $1 and t.id = $3 and t.deleted_at is null and ${readable}
     for no key update of t`,
    [organization, userId, id],
  );
  return row;
}

/** A thread that the user may read; a deleted one too while it has comments. */
export async function selectThread(
  db: Db,
  organization: number,
  userId: number,
  id: number,
): Promise<ThreadRow | undefined> {
  const [row] = await db.rows<ThreadRow>(
    `select ${columns}
     from messaging.thread t
     join messaging.channel c on c.organization_id = t.organization_id and c.id = t.channel_id
     where t.organization_id = $1 and t.id = $3 and ${readable}
       and (t.deleted_at is null or t.comment_count > 0)`,
    [organization, userId, id],
  );
  return row;
}

/** Threads by their ids, deleted ones too; whoever shows them knows who may read them. */
export async function selectThreads(
  db: Db,
  organization: number,
  ids: readonly number[],
): Promise<ThreadRow[]> {
  return db.rows<ThreadRow>(
    `select ${columns} from messaging.thread t where t.organization_id = $1 and t.id = any($2)`,
    [organization, ids],
  );
}

export type Page = { before?: number | undefined; after?: number | undefined; limit: number };

/** The latest active first; those after a number are the ones next to it. */
export async function selectThreadPage(
  db: Db,
  organization: number,
  channelId: number,
  { before, after, limit }: Page,
): Promise<ThreadRow[]> {
  const rows = await db.rows<ThreadRow>(
    `select ${columns} from messaging.thread t
     where t.organization_id = $1 and t.channel_id = $2 and t.deleted_at is null
       and t.number ${after === undefined ? '<' : '>'} $3
     order by t.number ${after === undefined ? 'desc' : 'asc'} limit $4`,
    [organization, channelId, after ?? before ?? Number.MAX_SAFE_INTEGER, limit],
  );
  return after === undefined ? rows : rows.reverse();
}

export async function updateThread(
  tx: Tx,
  organization: number,
  id: number,
  { blocks, plain, mentions }: Content,
  now: Date,
): Promise<ThreadRow> {
  const [row] = await tx.rows<ThreadRow>(
    `update messaging.thread t
     set blocks = $3, plain = $4, mention_ids = $5, edited_at = $6, revision = revision + 1
     where t.organization_id = $1 and t.id = $2
     returning ${columns}`,
    [organization, id, blocks, plain, mentions, now],
  );
  return row as ThreadRow;
}

/** The text goes, the row stays: its comments hang on it. */
export async function updateThreadDeleted(tx: Tx, organization: number, id: number, now: Date) {
  await tx.rows(
    `update messaging.thread
     set blocks = '{}', plain = '', mention_ids = '{}', reactions = '[]', deleted_at = $3,
       revision = revision + 1
     where organization_id = $1 and id = $2`,
    [organization, id, now],
  );
}
