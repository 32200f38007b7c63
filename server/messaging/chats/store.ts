import type { Db, Tx } from '../../runtime/database/database.ts';
import type { Content } from '../formatting/content.ts';

export async function insertChat(
  tx: Tx,
  organization: number,
  chat: { name: string; createdBy: number | null; memberIds: readonly number[]; now: Date },
): Promise<string> {
  const [row] = await tx.rows<{ id: string }>(
    `insert into messaging.chat (organization_id, name, created_by, created_at)
     values ($1, $2, $3, $4) returning id`,
    [organization, chat.name, chat.createdBy, chat.now],
  );
  const { id } = row as { id: string };
  await tx.rows(
    `insert into messaging.chat_member (organization_id, chat_id, user_id)
     select $1, $2, unnest($3::bigint[])`,
    [organization, id, chat.memberIds],
  );
  return id;
}

export type ChatRow = { id: string; created_by: number | null };

/** The chats that a user is in, by id or by name: at most two, which is one too many. */
export async function selectChats(
  db: Db,
  organization: number,
  userId: number,
  by: { id: string } | { name: string },
): Promise<ChatRow[]> {
  const condition = 'id' in by ? 'c.id = $3' : 'lower(c.name) = lower($3)';
  return db.rows<ChatRow>(
    `select c.id, c.created_by
     from messaging.chat c
     join messaging.chat_member m
       on m.organization_id = c.organization_id and m.chat_id = c.id and m.user_id = $2
     where c.organization_id = $1 and ${condition} and c.deleted_at is null
     limit 2`,
    [organization, userId, 'id' in by ? by.id : by.name],
  );
}

export async function updateChatDeleted(tx: Tx, organization: number, id: string, now: Date) {
  await tx.rows(
    'update messaging.chat set deleted_at = $3 where organization_id = $1 and id = $2',
    [organization, id, now],
  );
}

export async function insertMessage(
  tx: Tx,
  organization: number,
  message: { chatId: string; authorId: number; body: string; content: Content; now: Date },
): Promise<{ id: string; sequence: number }> {
  const [row] = await tx.rows<{ id: string; sequence: number }>(
    `insert into messaging.message (organization_id, chat_id, author_id, body, plain, created_at)
     values ($1, $2, $3, $4, $5, $6) returning id, sequence`,
    [
      organization,
      message.chatId,
      message.authorId,
      message.body,
      message.content.plain,
      message.now,
    ],
  );
  return row as { id: string; sequence: number };
}

export type MessageRow = { id: string; chat_id: string; author_id: number };

/** A message in a chat that the user is in, unless it was deleted; locked. */
export async function lockMessage(
  tx: Tx,
  organization: number,
  userId: number,
  id: string,
): Promise<MessageRow | undefined> {
  const [row] = await tx.rows<MessageRow>(
    `select s.id, s.chat_id, s.author_id
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

export async function updateMessageDeleted(tx: Tx, organization: number, id: string, now: Date) {
  await tx.rows(
    `update messaging.message set body = '', plain = '', deleted_at = $3
     where organization_id = $1 and id = $2`,
    [organization, id, now],
  );
}
