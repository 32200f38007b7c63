import type { Db, Tx } from '../../runtime/database/database.ts';
import type { SealedColumn } from '../../runtime/secrets/secrets.ts';
import { type User, usersMax } from '../conventions/in-use.ts';
import type { Page } from '../conventions/lists.ts';

export type PrivateKeyRow = {
  id: string;
  name: string;
  fingerprint: string;
  created_at: Date;
  updated_at: Date;
};

const columns = 'id, name, fingerprint, created_at, updated_at';
const batchMax = 100;

export async function insertPrivateKey(
  tx: Tx,
  organization: number,
  key: PrivateKeyRow & { sealed: Buffer },
): Promise<void> {
  await tx.rows(
    `insert into sync.private_key
       (organization_id, id, name, fingerprint, sealed_key, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6)`,
    [organization, key.id, key.name, key.fingerprint, key.sealed, key.created_at],
  );
}

export async function selectPrivateKeys(db: Db, organization: number, { after, limit }: Page) {
  return db.rows<PrivateKeyRow>(
    `select ${columns} from sync.private_key
     where organization_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [organization, after, limit],
  );
}

export async function selectPrivateKey(
  db: Db,
  organization: number,
  id: string,
): Promise<(PrivateKeyRow & { sealed_key: Buffer }) | undefined> {
  const [row] = await db.rows<PrivateKeyRow & { sealed_key: Buffer }>(
    `select ${columns}, sealed_key from sync.private_key where organization_id = $1 and id = $2`,
    [organization, id],
  );
  return row;
}

/** Undefined: there is none; false: a connection uses it. */
export async function deletePrivateKey(
  tx: Tx,
  organization: number,
  id: string,
): Promise<boolean | undefined> {
  const [key] = await tx.rows(
    'select id from sync.private_key where organization_id = $1 and id = $2 for update',
    [organization, id],
  );
  if (!key) return undefined;
  const gone = await tx.rows(
    `delete from sync.private_key where organization_id = $1 and id = $2 and not exists (
       select from sync.connection_key where organization_id = $1 and private_key_id = $2)
     returning id`,
    [organization, id],
  );
  return gone.length > 0;
}

/** Some connections that use one. */
export function selectUsersOfKey(db: Db, organization: number, id: string): Promise<User[]> {
  return db.rows<User>(
    `select id, name from sync.connection where organization_id = $1 and id in (
       select connection_id from sync.connection_key
       where organization_id = $1 and private_key_id = $2) order by id limit ${usersMax}`,
    [organization, id],
  );
}

/** For when the master key is replaced. */
export const privateKeyColumn: SealedColumn = {
  name: 'sync.private_key',
  async selectBatch(tx, key) {
    const rows = await tx.rows<{ id: string; sealed_key: Buffer }>(
      `select id, sealed_key from sync.private_key where id > $1 order by id limit $2 for update`,
      [key, batchMax],
    );
    return rows.map(({ id, sealed_key: sealed }) => ({ key: id, context: contextOf(id), sealed }));
  },
  async update(tx, { key, sealed }) {
    await tx.rows('update sync.private_key set sealed_key = $2 where id = $1', [key, sealed]);
  },
};

/** The only place where a sealed key may be opened again. */
export function contextOf(id: string): string {
  return `sync.private_key ${id}`;
}
