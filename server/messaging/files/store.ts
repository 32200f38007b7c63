import type { Db, Tx } from '../../runtime/database/database.ts';

export type FileRow = {
  id: number;
  name: string;
  mime_type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  content_key: string;
  thumbnail_key: string | null;
  thumbnail_bytes: number | null;
  /** When its thumbnail is drawn; null: nothing is to be drawn. */
  draw_at: Date | null;
};

export type NewFile = FileRow & { uploaderId: number; now: Date; keepUntil: Date };

export async function insertFile(tx: Tx, organization: number, file: NewFile): Promise<void> {
  await tx.rows(
    `insert into messaging.file (organization_id, id, uploader_id, name, mime_type, bytes, width,
       height, content_key, thumbnail_key, thumbnail_bytes, draw_at, created_at, keep_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      organization,
      file.id,
      file.uploaderId,
      file.name,
      file.mime_type,
      file.bytes,
      file.width,
      file.height,
      file.content_key,
      file.thumbnail_key,
      file.thumbnail_bytes,
      file.draw_at,
      file.now,
      file.keepUntil,
    ],
  );
}

/** What user $2 may read: own uploads, and what a post shows that the user may read. */
const readable = `f.deleted_at is null and (f.uploader_id = $2 or exists (
  select from messaging.embed e
  left join messaging.comment m on m.organization_id = e.organization_id and m.id = e.comment_id
  left join messaging.thread t
    on t.organization_id = e.organization_id and t.id = greatest(e.thread_id, m.thread_id)
  left join messaging.channel c on c.organization_id = t.organization_id and c.id = t.channel_id
  left join messaging.channel_member r
    on r.organization_id = c.organization_id and r.channel_id = c.id and r.user_id = $2
  left join messaging.message s on s.organization_id = e.organization_id and s.id = e.message_id
  left join messaging.chat h
    on h.organization_id = s.organization_id and h.id = s.chat_id and h.deleted_at is null
  left join messaging.chat_member p
    on p.organization_id = h.organization_id and p.chat_id = h.id and p.user_id = $2
  where e.organization_id = f.organization_id and e.file_id = f.id
    and (not c.is_private or r.user_id is not null or p.user_id is not null)))`;

export async function selectFile(
  db: Db,
  organization: number,
  userId: number,
  id: number,
): Promise<FileRow | undefined> {
  const [row] = await db.rows<FileRow>(
    `select f.id, f.name, f.mime_type, f.bytes, f.width, f.height, f.content_key, f.thumbnail_key,
       f.thumbnail_bytes, f.draw_at
     from messaging.file f
     where f.organization_id = $1 and f.id = $3 and ${readable}`,
    [organization, userId, id],
  );
  return row;
}

/** Those of the files that the user may read; locked, so that they stay until they are embedded. */
export async function lockFiles(
  tx: Tx,
  organization: number,
  userId: number,
  ids: readonly number[],
): Promise<number[]> {
  const rows = await tx.rows<{ id: number }>(
    `select f.id from messaging.file f
     where f.organization_id = $1 and f.id = any($3) and ${readable}
     order by f.id
     for no key update of f`,
    [organization, userId, ids],
  );
  return rows.map(({ id }) => id);
}

/** A post that shows files. */
export type Place = { threadId: number } | { commentId: number } | { messageId: string };

type Columns = [thread: number | null, comment: number | null, message: string | null];

function columnsOf(place: Place): Columns {
  return [
    'threadId' in place ? place.threadId : null,
    'commentId' in place ? place.commentId : null,
    'messageId' in place ? place.messageId : null,
  ];
}

export function insertEmbeds(
  tx: Tx,
  organization: number,
  place: Place,
  fileIds: readonly number[],
): void {
  tx.write(
    `insert into messaging.embed (organization_id, thread_id, comment_id, message_id, file_id)
     select $1, $2, $3, $4, unnest($5::bigint[]) on conflict do nothing`,
    [organization, ...columnsOf(place), fileIds],
  );
}

/** The files that a post shows no more are kept for a while: they may be shown again. */
export function deleteEmbeds(tx: Tx, organization: number, place: Place, keepUntil: Date): void {
  tx.write(
    `with gone as (
       delete from messaging.embed
       where organization_id = $1 and (thread_id = $2 or comment_id = $3 or message_id = $4)
       returning file_id)
     update messaging.file set keep_until = $5
     where organization_id = $1 and id in (select file_id from gone)`,
    [organization, ...columnsOf(place), keepUntil],
  );
}

/** The same for the messages of a chat. */
export function deleteChatEmbeds(
  tx: Tx,
  organization: number,
  chatId: string,
  keepUntil: Date,
): void {
  tx.write(
    `with gone as (
       delete from messaging.embed e using messaging.message s
       where e.organization_id = $1 and s.organization_id = $1 and s.chat_id = $2
         and e.message_id = s.id
       returning e.file_id)
     update messaging.file set keep_until = $3
     where organization_id = $1 and id in (select file_id from gone)`,
    [organization, chatId, keepUntil],
  );
}

export type LeftFile = {
  organization_id: number;
  id: number;
  content_key: string;
  thumbnail_key: string | null;
};

/**
 * Files that no post shows and whose time is over, of any organization. Two statements: the second
 * sees what was embedded before the first had the lock, and nothing is embedded after it.
 */
export async function updateLeftDeleted(tx: Tx, now: Date, limit: number): Promise<void> {
  const rows = await tx.rows<{ organization_id: number; id: number }>(
    `select f.organization_id, f.id from messaging.file f
     where f.keep_until < $1 and f.deleted_at is null and not exists (
       select from messaging.embed e
       where e.organization_id = f.organization_id and e.file_id = f.id)
     order by f.keep_until limit $2
     for update skip locked`,
    [now, limit],
  );
  await tx.rows(
    `update messaging.file f set deleted_at = $1
     from unnest($2::bigint[], $3::bigint[]) l (organization_id, id)
     where f.organization_id = l.organization_id and f.id = l.id and not exists (
       select from messaging.embed e
       where e.organization_id = f.organization_id and e.file_id = f.id)`,
    [now, rows.map((row) => row.organization_id), rows.map((row) => row.id)],
  );
}

export async function selectDeleted(db: Db, limit: number): Promise<LeftFile[]> {
  return db.rows<LeftFile>(
    `select organization_id, id, content_key, thumbnail_key from messaging.file
     where deleted_at is not null order by organization_id, id limit $1`,
    [limit],
  );
}

/** The number stays taken: no other thing ever has it. */
export async function deleteFile(tx: Tx, organization: number, id: number): Promise<void> {
  await tx.rows('delete from messaging.file where organization_id = $1 and id = $2', [
    organization,
    id,
  ]);
}
