import type { Db, Tx } from '../../runtime/database/database.ts';

export type UserRow = { id: number; name: string };

/** Whose a user is: a member's or a key's. */
export type Owner = { column: 'member_id' | 'api_key_id'; id: number };

export async function insertUser(
  tx: Tx,
  organization: number,
  user: { id: number; name: string; memberId: number | null; keyId: number | null; now: Date },
): Promise<void> {
  await tx.rows(
    `insert into messaging.user (organization_id, id, name, member_id, api_key_id, created_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [organization, user.id, user.name, user.memberId, user.keyId, user.now],
  );
}

/** The bot of an API key. */
export async function selectBot(
  db: Db,
  organization: number,
  keyId: number,
): Promise<UserRow | undefined> {
  const [row] = await db.rows<UserRow>(
    'select id, name from messaging.user where organization_id = $1 and api_key_id = $2',
    [organization, keyId],
  );
  return row;
}

/** The user that a member is. */
export async function selectMemberUser(
  db: Db,
  organization: number,
  memberId: number,
): Promise<UserRow | undefined> {
  const [row] = await db.rows<UserRow>(
    'select id, name from messaging.user where organization_id = $1 and member_id = $2',
    [organization, memberId],
  );
  return row;
}

export type UserStateRow = {
  id: number;
  name: string;
  /** Null of a bot. */
  member_id: number | null;
  is_active: boolean;
};

/**
 * The users of the organization, or those with some ids; users who left stay for what they wrote.
 */
export async function selectUsers(
  db: Db,
  organization: number,
  ids: readonly number[] | null = null,
): Promise<UserStateRow[]> {
  return db.rows<UserStateRow>(
    `select u.id, u.name, u.member_id,
       m.ended_at is null and k.revoked_at is null as is_active
     from messaging.user u
     left join platform.member m on m.organization_id = u.organization_id and m.id = u.member_id
     left join platform.api_key k on k.organization_id = u.organization_id and k.id = u.api_key_id
     where u.organization_id = $1 and ($2::bigint[] is null or u.id = any($2))
     order by lower(u.name), u.id`,
    [organization, ids],
  );
}

/** Those of some ids that are members and bots who are still there; without ids, all of them. */
export async function selectActiveIds(
  db: Db,
  organization: number,
  ids: readonly number[] | null = null,
): Promise<number[]> {
  const users = await selectUsers(db, organization, ids);
  return users.filter(({ is_active }) => is_active).map(({ id }) => id);
}

/** The users that the owners of the organization are. */
export async function selectOwnerIds(db: Db, organization: number): Promise<number[]> {
  const rows = await db.rows<{ id: number }>(
    `select u.id from messaging.user u
     join platform.member m on m.organization_id = u.organization_id and m.id = u.member_id
     where u.organization_id = $1 and m.role = 'owner' and m.ended_at is null order by u.id`,
    [organization],
  );
  return rows.map(({ id }) => id);
}

/** The users that members are. */
export async function selectUsersByMember(
  db: Db,
  organization: number,
  memberIds: readonly number[],
): Promise<number[]> {
  const rows = await db.rows<{ id: number }>(
    'select id from messaging.user where organization_id = $1 and member_id = any($2)',
    [organization, memberIds],
  );
  return rows.map(({ id }) => id);
}

/** What a member is called now: as heddle_system. */
export async function selectMemberName(
  db: Db,
  organization: number,
  memberId: number,
): Promise<string | undefined> {
  const [row] = await db.rows<{ name: string }>(
    `select p.name from platform.member m join platform.user p on p.id = m.user_id
     where m.organization_id = $1 and m.id = $2`,
    [organization, memberId],
  );
  return row?.name;
}

/** Answers the bot that has another name now. */
export async function updateBotName(
  tx: Tx,
  organization: number,
  keyId: number,
  name: string,
): Promise<number | undefined> {
  const [row] = await tx.rows<{ id: number }>(
    `update messaging.user set name = $3
     where organization_id = $1 and api_key_id = $2 and name <> $3 returning id`,
    [organization, keyId, name],
  );
  return row?.id;
}

/** Answers the user that has another name now. */
export async function updateUserName(
  tx: Tx,
  organization: number,
  memberId: number,
  name: string,
): Promise<number | undefined> {
  const [row] = await tx.rows<{ id: number }>(
    `update messaging.user set name = $3
     where organization_id = $1 and member_id = $2 and name <> $3 returning id`,
    [organization, memberId, name],
  );
  return row?.id;
}
