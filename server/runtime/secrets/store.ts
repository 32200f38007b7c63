import type { Db, Tx } from '../database/database.ts';

export async function selectSecret(db: Db, name: string): Promise<Buffer | undefined> {
  const [row] = await db.rows<{ sealed: Buffer }>(
    'select sealed from platform.secret where name = $1',
    [name],
  );
  return row?.sealed;
}

/** Does nothing when there is a secret of that name. */
export async function insertSecret(
  tx: Tx,
  { name, sealed, now }: { name: string; sealed: Buffer; now: Date },
): Promise<void> {
  await tx.rows(
    `insert into platform.secret (name, sealed, created_at) values ($1, $2, $3)
     on conflict (name) do nothing`,
    [name, sealed, now],
  );
}

export async function updateSecret(tx: Tx, name: string, sealed: Buffer): Promise<void> {
  await tx.rows('update platform.secret set sealed = $2 where name = $1', [name, sealed]);
}

/** The next secrets by name, locked. */
export async function lockSecretsAfter(tx: Tx, name: string, limit: number) {
  return tx.rows<{ name: string; sealed: Buffer }>(
    `select name, sealed from platform.secret where name > $1
     order by name limit $2 for update`,
    [name, limit],
  );
}
