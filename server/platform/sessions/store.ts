import type { Role } from '../../../contract/platform/shapes.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';

export type SessionRow = {
  id: string;
  user_id: string;
  organization_id: number;
  member_id: number;
  role: Role;
};

/** A live session of somebody who is still a member of its organization: as heddle_system. */
export async function selectSession(
  db: Db,
  token: string,
  now: Date,
): Promise<SessionRow | undefined> {
  const [row] = await db.rows<SessionRow>(
    `select s.id, s.user_id, m.organization_id, m.id as member_id, m.role
     from platform.session s
     join platform.member m on m.organization_id = s.active_organization_id
       and m.user_id = s.user_id and m.ended_at is null
     where s.token = $1 and s.expires_at > $2`,
    [token, now],
  );
  return row;
}

/**
 * Those of some sessions that are alive, and the organizations that they work for: as
 * heddle_system.
 */
export async function selectLiving(
  db: Db,
  ids: readonly string[],
  now: Date,
): Promise<{ id: string; organization_id: number }[]> {
  return db.rows<{ id: string; organization_id: number }>(
    `select s.id, m.organization_id
     from platform.session s
     join platform.member m on m.organization_id = s.active_organization_id
       and m.user_id = s.user_id and m.ended_at is null
     where s.id = any($1) and s.expires_at > $2`,
    [ids, now],
  );
}

export type PersonRow = {
  id: string;
  name: string;
  email: string;
  image: string | null;
  two_factor_enabled: boolean;
  is_proven: boolean;
  memberships: { organization_id: number; name: string; member_id: number; role: Role }[];
};

/** A person with all organizations that they are a member of, by name. */
export async function selectPerson(db: Db, userId: string): Promise<PersonRow | undefined> {
  const [row] = await db.rows<PersonRow>(
    `select u.id, u.name, u.email, u.image, u.two_factor_enabled,
       u.confined_to is null as is_proven, coalesce((
       select jsonb_agg(jsonb_build_object('organization_id', o.id, 'name', o.name,
         'member_id', m.id, 'role', m.role) order by lower(o.name), o.id)
       from platform.member m join platform.organization o on o.id = m.organization_id
       where m.user_id = u.id and m.ended_at is null), '[]') as memberships
     from platform.user u where u.id = $1`,
    [userId],
  );
  return row;
}

/** The organization to begin with at sign-in: that of the oldest membership. */
export async function selectFirstOrganization(db: Db, userId: string): Promise<number | undefined> {
  const [row] = await db.rows<{ organization_id: number }>(
    `select organization_id from platform.member where user_id = $1 and ended_at is null
     order by created_at, organization_id limit 1`,
    [userId],
  );
  return row?.organization_id;
}

export async function updateActiveOrganization(
  tx: Tx,
  sessionId: string,
  organization: number,
): Promise<void> {
  await tx.rows('update platform.session set active_organization_id = $2 where id = $1', [
    sessionId,
    organization,
  ]);
}

export async function updateUserName(
  tx: Tx,
  userId: string,
  name: string,
  now: Date,
): Promise<void> {
  await tx.rows('update platform.user set name = $2, updated_at = $3 where id = $1', [
    userId,
    name,
    now,
  ]);
}
