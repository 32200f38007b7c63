import type { Db, Tx } from '../../runtime/database/database.ts';
import { type User, usersMax } from '../conventions/in-use.ts';
import type { Page } from '../conventions/lists.ts';

export type TransformRow = {
  organization_id: number;
  id: string;
  name: string;
  type: 'javascript' | 'jsonata';
  code: string;
  version: number;
  created_at: Date;
  updated_at: Date;
};

const columns = 'organization_id, id, name, type, code, version, created_at, updated_at';

type ToStore = Pick<TransformRow, 'id' | 'name' | 'type' | 'code'>;

export async function insertTransform(tx: Tx, organization: number, given: ToStore, now: Date) {
  const [row] = await tx.rows<TransformRow>(
    `insert into sync.transform (organization_id, id, name, type, code, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $6) returning ${columns}`,
    [organization, given.id, given.name, given.type, given.code, now],
  );
  return row as TransformRow;
}

export async function updateTransform(tx: Tx, organization: number, given: ToStore, now: Date) {
  const [row] = await tx.rows<TransformRow>(
    `update sync.transform set name = $3, type = $4, code = $5, updated_at = $6,
       version = version + case when type = $4 and code = $5 then 0 else 1 end
     where organization_id = $1 and id = $2 returning ${columns}`,
    [organization, given.id, given.name, given.type, given.code, now],
  );
  return row as TransformRow;
}

export async function selectTransforms(db: Db, organization: number, { after, limit }: Page) {
  return db.rows<TransformRow>(
    `select ${columns} from sync.transform
     where organization_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [organization, after, limit],
  );
}

export async function selectTransform(
  db: Db,
  organization: number,
  id: string,
): Promise<TransformRow | undefined> {
  const [row] = await db.rows<TransformRow>(
    `select ${columns} from sync.transform where organization_id = $1 and id = $2`,
    [organization, id],
  );
  return row;
}

export async function lockTransform(
  tx: Tx,
  organization: number,
  id: string,
): Promise<TransformRow | undefined> {
  const [row] = await tx.rows<TransformRow>(
    `select ${columns} from sync.transform where organization_id = $1 and id = $2 for update`,
    [organization, id],
  );
  return row;
}

/** False: a sync uses it. */
export async function deleteTransform(tx: Tx, organization: number, id: string): Promise<boolean> {
  const gone = await tx.rows(
    `delete from sync.transform where organization_id = $1 and id = $2 and not exists (
       select from sync.sync_transform where organization_id = $1 and transform_id = $2)
     and not exists (select from sync.workflow_use
       where organization_id = $1 and kind = 'transform' and used_id = $2)
     returning id`,
    [organization, id],
  );
  return gone.length > 0;
}

/** Some syncs and workflows that use one. */
export function selectUsersOfTransform(db: Db, organization: number, id: string): Promise<User[]> {
  return db.rows<User>(
    `select id, name from sync.sync where organization_id = $1 and id in (
       select sync_id from sync.sync_transform where organization_id = $1 and transform_id = $2)
     union all
     select id, name from sync.workflow where organization_id = $1 and id in (
       select workflow_id from sync.workflow_use
       where organization_id = $1 and kind = 'transform' and used_id = $2)
     limit ${usersMax}`,
    [organization, id],
  );
}

/** The ids of the syncs that use one. */
export async function selectSyncsUsing(
  db: Db,
  organization: number,
  id: string,
): Promise<string[]> {
  const rows = await db.rows<{ sync_id: string }>(
    'select sync_id from sync.sync_transform where organization_id = $1 and transform_id = $2',
    [organization, id],
  );
  return rows.map(({ sync_id }) => sync_id);
}
