import type { Db, Tx } from '../../../runtime/database/database.ts';
import { isInReadableChannel, readableChannel } from '../../channels/store.ts';
import { type ReadingRow, threadReadings } from '../../readings/store.ts';
import type { Owner } from '../../users/store.ts';
import type { Locked, NewPost, PostRow } from '../post.ts';
import { type Page, type PostTable, pageText, pageValues } from '../store.ts';

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

const columns = `t.id, t.channel_id, t.author_id, t.blocks, t.mention_ids, t.reactions, t.number,
  t.active_at, t.comment_count, t.last_number, t.share_token, t.is_announcement, t.created_at,
  t.edited_at, t.deleted_at, t.revision, t.sent_id`;

export const threadTable: PostTable<ThreadRow> = {
  name: 'messaging.thread',
  alias: 't',
  columns,
  text: 'blocks',
  place: 'channel_id',
  readable: isInReadableChannel('t'),
  keepsDeleted: false,
};

/** How far somebody has read in the threads of a page, before it is known which these are, or who. */
export async function selectPageReadings(
  db: Db,
  organization: number,
  owner: Owner,
  channelId: number,
  page: Page,
): Promise<ReadingRow[]> {
  const user = `select id from messaging.user where organization_id = $1 and ${owner.column} = $4`;
  return db.rows<ReadingRow>(threadReadings(user, pageText(threadTable, 't.id', page)), [
    ...pageValues(organization, channelId, page),
    owner.id,
  ]);
}

export type NewThread = { channelId: number; shareToken: string; isAnnouncement: boolean };

/**
 * Updates the count of the channel. Undefined in an archived channel, which takes announcements
 * only.
 */
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
     where t.organization_id = $1 and t.id = $3 and t.deleted_at is null and ${readableChannel}
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
     where t.organization_id = $1 and t.id = $3 and ${readableChannel}
       and (t.deleted_at is null or t.comment_count > 0)`,
    [organization, userId, id],
  );
  return row;
}
