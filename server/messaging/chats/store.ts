import type { Db, Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';
import type { Owner } from '../users/store.ts';

export type ChatRow = {
  id: string;
  name: string;
  created_by: number | null;
  direct_key: string | null;
  member_ids: number[];
  last_number: number;
  last_at: Date | null;
  deleted_at: Date | null;
  /** For a direct chat: when one of the two left the organization. */
  closed_at: Date | null;
  revision: number;
};

// A closed chat is still named after the one who left.
const columns = `c.id, c.name, c.created_by, c.direct_key, c.last_number, c.last_at, c.deleted_at,
  c.closed_at, c.revision, case when c.closed_at is null then coalesce((
    select jsonb_agg(m.user_id order by m.user_id) from messaging.chat_member m
    where m.organization_id = c.organization_id and m.chat_id = c.id), '[]')
  else to_jsonb(string_to_array(c.direct_key, '-')::bigint[]) end as member_ids`;

const isIn = `exists (select from messaging.chat_member i
  where i.organization_id = c.organization_id and i.chat_id = c.id and i.user_id = $2)`;

export type NewChat = {
  name: string;
  directKey: string | null;
  /** null: the operator. */
  createdBy: number | null;
  memberIds: readonly number[];
  now: Date;
};

/** Answers its id; undefined when the two have a direct chat already. */
export async function insertChat(
  tx: Tx,
  organization: number,
  { name, directKey, createdBy, memberIds, now }: NewChat,
): Promise<string | undefined> {
  const [row] = await tx.rows<{ id: string }>(
    `insert into messaging.chat (organization_id, name, direct_key, created_by, created_at)
     values ($1, $2, $3, $4, $5)
     on conflict (organization_id, direct_key) where closed_at is null do nothing returning id`,
    [organization, name, directKey, createdBy, now],
  );
  if (row) await insertChatMembers(tx, organization, row.id, memberIds);
  return row?.id;
}

export async function insertChatMembers(
  tx: Tx,
  organization: number,
  chatId: string,
  userIds: readonly number[],
): Promise<void> {
  await tx.rows(
    `insert into messaging.chat_member (organization_id, chat_id, user_id)
     select $1, $2, unnest($3::bigint[]) on conflict do nothing`,
    [organization, chatId, userIds],
  );
}

export async function deleteChatMember(
  tx: Tx,
  organization: number,
  chatId: string,
  userId: number,
): Promise<boolean> {
  const rows = await tx.rows(
    `delete from messaging.chat_member
     where organization_id = $1 and chat_id = $2 and user_id = $3 returning user_id`,
    [organization, chatId, userId],
  );
  return rows.length > 0;
}

/**
 * Removes a user from every chat, and answers which those were; the chats that they opened no
 * longer have a creator, and direct chats are closed.
 */
export async function deleteFromChats(
  tx: Tx,
  organization: number,
  userId: number,
  now: Date,
): Promise<string[]> {
  await tx.rows(
    `select id from messaging.chat
     where organization_id = $1 and (created_by = $2 or id in (
       select chat_id from messaging.chat_member where organization_id = $1 and user_id = $2))
     order by id for no key update`,
    [organization, userId],
  );
  const rows = await tx.rows<{ chat_id: string }>(
    `delete from messaging.chat_member where organization_id = $1 and user_id = $2
     returning chat_id`,
    [organization, userId],
  );
  const ids = rows.map(({ chat_id }) => chat_id);
  await tx.rows(
    `update messaging.chat
     set revision = revision + 1, created_by = nullif(created_by, $2),
       closed_at = case when direct_key is not null and id = any($3) then $4::timestamptz else closed_at end
     where organization_id = $1 and (created_by = $2 or id = any($3))`,
    [organization, userId, ids, now],
  );
  return ids;
}

/** The user's chats with that id or name: at most two, since a second one makes it ambiguous. */
export async function selectChats(
  db: Db,
  organization: number,
  userId: number,
  by: { id: string } | { name: string },
): Promise<ChatRow[]> {
  const condition = 'id' in by ? 'c.id = $3' : 'c.name_key = lower($3) and c.direct_key is null';
  return db.rows<ChatRow>(
    `select ${columns} from messaging.chat c
     where c.organization_id = $1 and ${condition} and c.deleted_at is null and ${isIn}
     limit 2`,
    [organization, userId, 'id' in by ? by.id : by.name],
  );
}

type ActorAndChatRow = {
  id: number;
  chat_id: string | null;
  last_number: number;
  closed_at: Date | null;
};

/** The acting user, and a chat by its id if they are in it, in one round trip. */
export async function selectActorAndChat(
  db: Db,
  organization: number,
  owner: Owner,
  id: string,
): Promise<ActorAndChatRow | undefined> {
  const [row] = await db.rows<ActorAndChatRow>(
    `select u.id, c.id as chat_id, c.last_number, c.closed_at
     from messaging.user u
     left join messaging.chat_member i
       on i.organization_id = $1 and i.chat_id = $3 and i.user_id = u.id
     left join messaging.chat c
       on c.organization_id = $1 and c.id = i.chat_id and c.deleted_at is null
     where u.organization_id = $1 and u.${owner.column} = $2`,
    [organization, owner.id, id],
  );
  return row;
}

/** Every chat that a user is in. */
export async function selectOwnChats(
  db: Db,
  organization: number,
  userId: number,
): Promise<ChatRow[]> {
  return db.rows<ChatRow>(
    `select ${columns} from messaging.chat c
     join messaging.chat_member i
       on i.organization_id = $1 and i.chat_id = c.id and i.user_id = $2
     where c.organization_id = $1 and c.deleted_at is null
     order by c.last_at desc nulls last, c.id`,
    [organization, userId],
  );
}

/** Chats by id, deleted ones included; the caller knows who may read them. */
export async function selectChatsByIds(
  db: Db,
  organization: number,
  ids: readonly string[],
): Promise<ChatRow[]> {
  return db.rows<ChatRow>(
    `select ${columns} from messaging.chat c where c.organization_id = $1 and c.id = any($2)`,
    [organization, ids],
  );
}

/**
 * The direct chat of two users; without one, the last in which the user remained when the other
 * left.
 */
export async function selectDirectChat(
  db: Db,
  organization: number,
  userId: number,
  directKey: string,
): Promise<ChatRow | undefined> {
  const [row] = await db.rows<ChatRow>(
    `select ${columns} from messaging.chat c
     where c.organization_id = $1 and c.direct_key = $3 and ${isIn}
     order by c.closed_at desc nulls first limit 1`,
    [organization, userId, directKey],
  );
  return row;
}

/** Changes the name, or only the revision when the members have changed. */
export async function updateChat(
  tx: Tx,
  organization: number,
  id: string,
  name: string | null,
): Promise<ChatRow> {
  await tx.rows(
    `update messaging.chat set name = coalesce($3, name), revision = revision + 1
     where organization_id = $1 and id = $2`,
    [organization, id, name],
  );
  const [row] = await selectChatsByIds(tx, organization, [id]);
  return existing(row);
}

/** False when it had been deleted before. */
export async function updateChatDeleted(
  tx: Tx,
  organization: number,
  id: string,
  now: Date,
): Promise<boolean> {
  const rows = await tx.rows(
    `update messaging.chat set deleted_at = $3, revision = revision + 1
     where organization_id = $1 and id = $2 and deleted_at is null returning id`,
    [organization, id, now],
  );
  return rows.length > 0;
}
