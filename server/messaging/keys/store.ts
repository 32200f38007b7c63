import type { Db } from '../../runtime/database/database.ts';

export type KeyStateRow = {
  id: number;
  name: string;
  last_four: string;
  /** The membership of its maker; null: the operator. */
  created_by: number | null;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
  user_id: number;
};

const columns = `k.id, k.name, k.last_four, k.created_by, k.created_at, k.last_used_at, k.revoked_at,
  u.id as user_id`;

/** Keys of bots, the latest first. */
export async function selectKeys(db: Db, organization: number): Promise<KeyStateRow[]> {
  return db.rows<KeyStateRow>(
    `select ${columns} from platform.api_key k
     join messaging.user u on u.organization_id = $1 and u.api_key_id = k.id
     where k.organization_id = $1
     order by k.created_at desc, k.id desc`,
    [organization],
  );
}

/** When a member made keys since a time, revoked ones included; oldest first. */
export async function selectMakingTimes(
  db: Db,
  organization: number,
  memberId: number,
  since: Date,
): Promise<Date[]> {
  const rows = await db.rows<{ created_at: Date }>(
    `select created_at from platform.api_key
     where organization_id = $1 and created_by = $2 and created_at > $3 order by created_at`,
    [organization, memberId, since],
  );
  return rows.map(({ created_at }) => created_at);
}

export async function selectKeyState(
  db: Db,
  organization: number,
  id: number,
): Promise<KeyStateRow | undefined> {
  const [row] = await db.rows<KeyStateRow>(
    `select ${columns} from platform.api_key k
     join messaging.user u on u.organization_id = $1 and u.api_key_id = k.id
     where k.organization_id = $1 and k.id = $2`,
    [organization, id],
  );
  return row;
}
