import type { Db, Tx } from '../../../runtime/database/database.ts';

export type SigningKeyRow = {
  kid: string;
  public_jwk: JsonWebKey & { kid: string };
  sealed_private_key: Buffer;
  created_at: Date;
  retired_at: Date | null;
};

export async function selectSigningKeys(db: Db): Promise<SigningKeyRow[]> {
  return db.rows<SigningKeyRow>(
    'select * from platform.signing_key order by retired_at nulls first, created_at desc',
  );
}

/** Replaces the key that signs, unless another process just did; answers whether this one did. */
export async function insertSigningKey(
  tx: Tx,
  key: {
    kid: string;
    public_jwk: object;
    sealed_private_key: Buffer;
    now: Date;
    after: string | null;
  },
): Promise<boolean> {
  if (key.after !== null) {
    await tx.rows(
      'update platform.signing_key set retired_at = $2 where kid = $1 and retired_at is null',
      [key.after, key.now],
    );
  }
  const rows = await tx.rows(
    `insert into platform.signing_key (kid, public_jwk, sealed_private_key, created_at)
     values ($1, $2, $3, $4) on conflict do nothing returning kid`,
    [key.kid, JSON.stringify(key.public_jwk), key.sealed_private_key, key.now],
  );
  await tx.rows(`select pg_notify('heddle', 'signing_key')`);
  return rows.length > 0;
}

export async function deleteSigningKeys(tx: Tx, retiredBefore: Date): Promise<void> {
  await tx.rows(
    `with gone as (delete from platform.signing_key where retired_at < $1 returning kid)
     select pg_notify('heddle', 'signing_key') from gone`,
    [retiredBefore],
  );
}

/** Signing keys in the order of their ids, after one of them; there are never many. */
export async function lockSigningKeysAfter(tx: Tx, kid: string) {
  return tx.rows<SigningKeyRow>(
    'select * from platform.signing_key where kid > $1 order by kid for update',
    [kid],
  );
}

export async function updateSigningKeySealed(tx: Tx, kid: string, sealed: Buffer): Promise<void> {
  await tx.rows('update platform.signing_key set sealed_private_key = $2 where kid = $1', [
    kid,
    sealed,
  ]);
}
