import type { Db, Tx } from '../../runtime/database/database.ts';

export async function insertOrganization(tx: Tx, name: string, now: Date): Promise<number> {
  const [row] = await tx.rows<{ id: number }>(
    'insert into platform.organization (name, created_at) values ($1, $2) returning id',
    [name, now],
  );
  return (row as { id: number }).id;
}

export async function selectOrganization(db: Db, id: number) {
  const [row] = await db.rows<{ id: number; name: string }>(
    'select id, name from platform.organization where id = $1',
    [id],
  );
  return row;
}

/** The person with that address, made if there is none; answers the id. */
export async function upsertUser(
  tx: Tx,
  user: { id: string; email: string; name: string; now: Date },
): Promise<string> {
  await tx.rows(
    `insert into platform.user (id, name, email, created_at, updated_at)
     values ($1, $2, $3, $4, $4) on conflict (lower(email)) do nothing`,
    [user.id, user.name, user.email, user.now],
  );
  const [row] = await tx.rows<{ id: string }>(
    'select id from platform.user where lower(email) = lower($1)',
    [user.email],
  );
  return (row as { id: string }).id;
}

export async function upsertPassword(
  tx: Tx,
  account: { id: string; userId: string; hash: string; now: Date },
): Promise<void> {
  await tx.rows(
    `insert into platform.account (id, user_id, account_id, provider_id, password, created_at,
       updated_at)
     values ($1, $2, $2, 'credential', $3, $4, $4)
     on conflict (provider_id, account_id) do update
     set password = excluded.password, updated_at = excluded.updated_at`,
    [account.id, account.userId, account.hash, account.now],
  );
}

/** Answers undefined when the person is a member already. */
export async function insertMember(
  tx: Tx,
  organization: number,
  member: { userId: string; role: string; now: Date },
): Promise<number | undefined> {
  const [row] = await tx.rows<{ id: number }>(
    `insert into platform.member (organization_id, user_id, role, created_at)
     values ($1, $2, $3, $4) on conflict do nothing returning id`,
    [organization, member.userId, member.role, member.now],
  );
  return row?.id;
}

export async function selectOwnerEmails(db: Db, organization: number): Promise<string[]> {
  const rows = await db.rows<{ email: string }>(
    `select u.email from platform.member m join platform.user u on u.id = m.user_id
     where m.organization_id = $1 and m.role = 'owner' order by m.id`,
    [organization],
  );
  return rows.map(({ email }) => email);
}

export async function selectMembersByEmail(
  db: Db,
  organization: number,
  emails: readonly string[],
) {
  return db.rows<{ id: number; email: string }>(
    `select m.id, u.email from platform.member m join platform.user u on u.id = m.user_id
     where m.organization_id = $1 and lower(u.email) = any($2)`,
    [organization, emails.map((email) => email.toLowerCase())],
  );
}
