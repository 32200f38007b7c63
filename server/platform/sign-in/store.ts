import type { Db, Tx } from '../../runtime/database/database.ts';

/** The account of an address, and an organization that the person is a member of. */
export async function selectAccountByEmail(db: Db, email: string) {
  const [row] = await db.rows<{ user_id: string; name: string; organization_id: number }>(
    `select u.id as user_id, u.name, m.organization_id
     from platform.user u join platform.member m on m.user_id = u.id and m.ended_at is null
     where u.email = lower($1) order by m.created_at, m.organization_id limit 1`,
    [email],
  );
  return row;
}

export async function insertVerification(
  tx: Tx,
  verification: { id: string; identifier: string; value: string; now: Date; expiresAt: Date },
): Promise<void> {
  const { id, identifier, value, now, expiresAt } = verification;
  await tx.rows(
    `insert into platform.verification (id, identifier, value, expires_at, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $5)`,
    [id, identifier, value, expiresAt, now],
  );
}

/** False when the code was used before, since a time. */
export async function insertUsedCode(
  tx: Tx,
  userId: string,
  code: string,
  { now, before }: { now: Date; before: Date },
): Promise<boolean> {
  const rows = await tx.rows(
    `insert into platform.used_code as c (user_id, code, used_at) values ($1, $2, $3)
     on conflict (user_id, code) do update set used_at = excluded.used_at where c.used_at < $4
     returning code`,
    [userId, code, now, before],
  );
  return rows.length > 0;
}

export async function selectUsedCode(
  db: Db,
  userId: string,
  code: string,
  since: Date,
): Promise<boolean> {
  const rows = await db.rows(
    'select from platform.used_code where user_id = $1 and code = $2 and used_at >= $3',
    [userId, code, since],
  );
  return rows.length > 0;
}
