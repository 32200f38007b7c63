import type { Tx } from '../../../runtime/database/database.ts';
import type { NewPost, PostRow } from '../post.ts';
import type { PostTable } from '../store.ts';

export type MessageRow = PostRow & { id: string; chat_id: string; body: string; number: number };

const columns = `s.id, s.chat_id, s.author_id, s.body, s.mention_ids, s.reactions, s.number,
  s.created_at, s.edited_at, s.deleted_at, s.revision, s.sent_id`;

export const messageTable: PostTable<MessageRow> = {
  name: 'messaging.message',
  alias: 's',
  columns,
  text: 'body',
  place: 'chat_id',
  readable: `exists (select from messaging.chat c
    join messaging.chat_member i
      on i.organization_id = c.organization_id and i.chat_id = c.id and i.user_id = $2
    where c.organization_id = s.organization_id and c.id = s.chat_id and c.deleted_at is null)`,
  keepsDeleted: true,
};

/** Updates the count of the chat; undefined when the chat was deleted or closed meanwhile. */
export async function insertMessage(
  tx: Tx,
  organization: number,
  message: Omit<NewPost, 'id'> & { chatId: string },
): Promise<MessageRow | undefined> {
  const { chatId, authorId, content, sentId, now } = message;
  const [body] = content.blocks;
  const [row] = await tx.rows<MessageRow>(
    `with place as (
       update messaging.chat set last_number = last_number + 1, last_at = $7
       where organization_id = $1 and id = $2 and deleted_at is null and closed_at is null
       returning last_number)
     insert into messaging.message as s (organization_id, chat_id, author_id, body, plain,
       mention_ids, created_at, number, sent_id)
     select $1, $2, $3, $4, $5, $6, $7, place.last_number, $8 from place
     returning ${columns}`,
    [organization, chatId, authorId, body, content.plain, content.mentions, now, sentId],
  );
  return row;
}

/** A message in a chat that the user is in, unless it was deleted; locked. */
export async function lockMessage(
  tx: Tx,
  organization: number,
  userId: number,
  id: string,
): Promise<MessageRow | undefined> {
  const [row] = await tx.rows<MessageRow>(
    `select ${columns}
     from messaging.message s
     join messaging.chat c on c.organization_id = s.organization_id and c.id = s.chat_id
     join messaging.chat_member m
       on m.organization_id = c.organization_id and m.chat_id = c.id and m.user_id = $2
     where s.organization_id = $1 and s.id = $3 and s.deleted_at is null and c.deleted_at is null
     for no key update of s`,
    [organization, userId, id],
  );
  return row;
}
