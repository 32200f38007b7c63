import { type FileRow, fileColumns } from '../../platform/uploads/store.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';
import { type PostName, postColumns } from '../names/post-name.ts';

/** A stored file with its id in this organization. */
export type OwnFileRow = FileRow & { id: number };

type NewFile = { id: number; uploaderId: number; contentKey: string; keepUntil: Date };

export async function insertFile(
  tx: Tx,
  organization: number,
  { id, uploaderId, contentKey, keepUntil }: NewFile,
): Promise<void> {
  await tx.rows(
    `insert into messaging.file (organization_id, id, uploader_id, content_key, keep_until)
     values ($1, $2, $3, $4, $5)`,
    [organization, id, uploaderId, contentKey, keepUntil],
  );
}

/** SQL: whether user $2 may read a file: it is their upload, or in a post that they may read. */
const readable = `(o.uploader_id = $2 or exists (
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
  where e.organization_id = o.organization_id and e.file_id = o.id
    and (not c.is_private or r.user_id is not null or p.user_id is not null)))`;

export async function selectFile(
  db: Db,
  organization: number,
  userId: number,
  id: number,
): Promise<OwnFileRow | undefined> {
  const [row] = await db.rows<OwnFileRow>(
    `select o.id, ${fileColumns}
     from messaging.file o
     join platform.file f on f.organization_id = $1 and f.content_key = o.content_key
     where o.organization_id = $1 and o.id = $3 and ${readable}`,
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
    `select o.id from messaging.file o
     where o.organization_id = $1 and o.id = any($3) and ${readable}
     order by o.id
     for no key update of o`,
    [organization, userId, ids],
  );
  return rows.map(({ id }) => id);
}

export function insertEmbeds(
  tx: Tx,
  organization: number,
  post: PostName,
  fileIds: readonly number[],
): void {
  tx.write(
    `insert into messaging.embed (organization_id, thread_id, comment_id, message_id, file_id)
     select $1, $2, $3, $4, unnest($5::bigint[]) on conflict do nothing`,
    [organization, ...postColumns(post), fileIds],
  );
}

/** Files that a post no longer shows are kept for a while: they may be shown again. */
export function deleteEmbeds(tx: Tx, organization: number, post: PostName, keepUntil: Date): void {
  tx.write(
    `with gone as (
       delete from messaging.embed
       where organization_id = $1 and (thread_id = $2 or comment_id = $3 or message_id = $4)
       returning file_id)
     update messaging.file set keep_until = $5
     where organization_id = $1 and id in (select file_id from gone)`,
    [organization, ...postColumns(post), keepUntil],
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

/**
 * Releases files that no post shows and whose time is over, of any organization. In two statements:
 * the second sees what was embedded before the first had the lock, and nothing is embedded after
 * it. The id stays taken: nothing else ever gets it.
 */
export async function deleteLeftFiles(tx: Tx, now: Date, limit: number): Promise<void> {
  const rows = await tx.rows<{ organization_id: number; id: number }>(
    `select o.organization_id, o.id from messaging.file o
     where o.keep_until < $1 and not exists (
       select from messaging.embed e
       where e.organization_id = o.organization_id and e.file_id = o.id)
     order by o.keep_until limit $2
     for update skip locked`,
    [now, limit],
  );
  await tx.rows(
    `with gone as (
       delete from messaging.file o using unnest($2::bigint[], $3::bigint[]) l (organization_id, id)
       where o.organization_id = l.organization_id and o.id = l.id and not exists (
         select from messaging.embed e
         where e.organization_id = o.organization_id and e.file_id = o.id)
       returning o.organization_id, o.content_key)
     update platform.file f set deleted_at = $1
     from gone where f.organization_id = gone.organization_id and f.content_key = gone.content_key`,
    [now, rows.map((row) => row.organization_id), rows.map((row) => row.id)],
  );
}
