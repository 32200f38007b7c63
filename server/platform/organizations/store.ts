import type { Db, Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';

export async function insertOrganization(tx: Tx, name: string, now: Date): Promise<number> {
  const [row] = await tx.rows<{ id: number }>(
    'insert into platform.organization (name, created_at) values ($1, $2) returning id',
    [name, now],
  );
  return existing(row).id;
}

export async function selectOrganization(db: Db, id: number) {
  const [row] = await db.rows<{ id: number; name: string }>(
    'select id, name from platform.organization where id = $1',
    [id],
  );
  return row;
}

export async function selectOrganizations(db: Db) {
  return db.rows<{ id: number; name: string }>(
    'select id, name from platform.organization order by name, id',
  );
}

export async function updateOrganizationName(tx: Tx, id: number, name: string): Promise<void> {
  await tx.rows('update platform.organization set name = $2 where id = $1', [id, name]);
}

export async function selectOwnerEmails(db: Db, organization: number): Promise<string[]> {
  const rows = await db.rows<{ email: string }>(
    `select u.email from platform.member m join platform.user u on u.id = m.user_id
     where m.organization_id = $1 and m.role = 'owner' and m.ended_at is null order by m.id`,
    [organization],
  );
  return rows.map(({ email }) => email);
}

/** Members by their addresses as they are kept. */
export async function selectMembersByEmail(
  db: Db,
  organization: number,
  emails: readonly string[],
) {
  return db.rows<{ id: number; email: string }>(
    `select m.id, u.email from platform.member m join platform.user u on u.id = m.user_id
     where m.organization_id = $1 and m.ended_at is null and u.email = any($2)`,
    [organization, emails],
  );
}
