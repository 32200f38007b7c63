import type { Tx } from '../../runtime/database/database.ts';

export type RefreshTokenRow = {
  family: Buffer;
  consumer_id: number;
  generation: number;
  scopes: string[];
  expires_at: Date;
  used_at: Date | null;
};

export async function insertRefreshToken(
  tx: Tx,
  organization: number,
  token: Omit<RefreshTokenRow, 'used_at'> & { hash: Buffer; now: Date },
): Promise<void> {
  const { hash, family, consumer_id, generation, scopes, now, expires_at } = token;
  await tx.rows(
    `insert into sync.refresh_token
       (organization_id, hash, family, consumer_id, generation, scopes, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [organization, hash, family, consumer_id, generation, scopes, now, expires_at],
  );
}

export async function lockRefreshToken(
  tx: Tx,
  organization: number,
  hash: Buffer,
): Promise<RefreshTokenRow | undefined> {
  const [row] = await tx.rows<RefreshTokenRow>(
    `select family, consumer_id, generation, scopes, expires_at, used_at from sync.refresh_token
     where organization_id = $1 and hash = $2 for update`,
    [organization, hash],
  );
  return row;
}

export async function updateRefreshTokenUsed(
  tx: Tx,
  organization: number,
  hash: Buffer,
  now: Date,
): Promise<void> {
  await tx.rows(
    'update sync.refresh_token set used_at = $3 where organization_id = $1 and hash = $2',
    [organization, hash, now],
  );
}

export async function deleteFamily(tx: Tx, organization: number, family: Buffer): Promise<void> {
  await tx.rows('delete from sync.refresh_token where organization_id = $1 and family = $2', [
    organization,
    family,
  ]);
}
