import type { Db, Tx } from '../../runtime/database/database.ts';

export type AccountRow = {
  id: string;
  name: string;
  /** The only organization that the account is valid in, while the address is not proven. */
  confined_to: number | null;
  membership_count: number;
};

export async function selectAccount(db: Db, email: string): Promise<AccountRow | undefined> {
  const [row] = await db.rows<AccountRow>(
    `select u.id, u.name, u.confined_to, (
       select count(*)::int from platform.member m
       where m.user_id = u.id and m.ended_at is null) as membership_count
     from platform.user u where u.email = lower($1)`,
    [email],
  );
  return row;
}

/** The only organization that an account is valid in; null: wherever the person is a member. */
export async function selectConfinement(db: Db, userId: string): Promise<number | null> {
  const [row] = await db.rows<{ confined_to: number | null }>(
    'select confined_to from platform.user where id = $1',
    [userId],
  );
  return row?.confined_to ?? null;
}

export type NewUser = {
  id: string;
  email: string;
  name: string;
  /** The organization that the account is confined to, as the address is not proven. */
  confinedTo?: number;
  now: Date;
};

/** False when there is an account with that address. */
export async function insertUser(
  tx: Tx,
  { id, email, name, confinedTo, now }: NewUser,
): Promise<boolean> {
  const rows = await tx.rows(
    `insert into platform.user (id, name, email, confined_to, created_at, updated_at)
     values ($1, $2, lower($3), $4, $5, $5) on conflict (lower(email)) do nothing returning id`,
    [id, name, email, confinedTo ?? null, now],
  );
  return rows.length > 0;
}

/** A mail or an identity provider has shown that the address is the person's. */
export async function updateUserProven(tx: Tx, userId: string, now: Date): Promise<void> {
  await tx.rows(
    `update platform.user set email_verified = true, confined_to = null, updated_at = $2
     where id = $1`,
    [userId, now],
  );
}

/** The operator vouches for the address. */
export async function updateUserUnconfined(tx: Tx, userId: string): Promise<void> {
  await tx.rows('update platform.user set confined_to = null where id = $1', [userId]);
}

export async function updateUserName(tx: Tx, userId: string, name: string): Promise<void> {
  await tx.rows('update platform.user set name = $2 where id = $1', [userId, name]);
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

/** Deletes the sessions and everything that the person can sign in with, except the password. */
export async function deleteCredentials(tx: Tx, userId: string): Promise<void> {
  for (const table of ['session', 'passkey', 'two_factor'] as const) {
    await tx.rows(`delete from platform.${table} where user_id = $1`, [userId]);
  }
  await tx.rows(`delete from platform.account where user_id = $1 and provider_id <> 'credential'`, [
    userId,
  ]);
  await tx.rows('delete from platform.verification where value = $1', [userId]);
  await tx.rows('update platform.user set two_factor_enabled = false where id = $1', [userId]);
}

export async function deletePassword(tx: Tx, userId: string): Promise<void> {
  await tx.rows(`delete from platform.account where user_id = $1 and provider_id = 'credential'`, [
    userId,
  ]);
}
