import type { Role } from '../../../contract/platform/shapes.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';

export type MemberRow = {
  id: number;
  user_id: string;
  name: string;
  email: string;
  role: Role;
  is_proven: boolean;
  created_at: Date;
};

const columns = `m.id, m.user_id, u.name, u.email, m.role, u.confined_to is null as is_proven,
  m.created_at`;
const members = `platform.member m join platform.user u on u.id = m.user_id`;

export async function selectMembers(
  db: Db,
  organization: number,
  page: { after: number; limit: number },
): Promise<MemberRow[]> {
  return db.rows<MemberRow>(
    `select ${columns} from ${members}
     where m.organization_id = $1 and m.ended_at is null and m.id > $2
     order by m.id limit $3`,
    [organization, page.after, page.limit],
  );
}

export async function selectMember(
  db: Db,
  organization: number,
  id: number,
): Promise<MemberRow | undefined> {
  const [row] = await db.rows<MemberRow>(
    `select ${columns} from ${members}
     where m.organization_id = $1 and m.id = $2 and m.ended_at is null`,
    [organization, id],
  );
  return row;
}

/** Those of some ids, or with some addresses as they are kept, who are there. */
export async function selectMembersNamed(
  db: Db,
  organization: number,
  { ids = [], emails = [] }: { ids?: readonly number[]; emails?: readonly string[] },
): Promise<MemberRow[]> {
  return db.rows<MemberRow>(
    `select ${columns} from ${members}
     where m.organization_id = $1 and m.ended_at is null and (m.id = any($2) or u.email = any($3))
     order by m.id`,
    [organization, ids, emails],
  );
}

/** The roles that somebody has. */
export async function selectRoles(db: Db, organization: number): Promise<Role[]> {
  const rows = await db.rows<{ role: Role }>(
    `select distinct role from platform.member where organization_id = $1 and ended_at is null`,
    [organization],
  );
  return rows.map(({ role }) => role);
}

/** Locks the owners and some members, in one order, so that two changes at once wait for each other. */
export async function lockOwnersAnd(
  tx: Tx,
  organization: number,
  ids: readonly number[],
): Promise<{ id: number; role: Role }[]> {
  return tx.rows<{ id: number; role: Role }>(
    `select id, role from platform.member
     where organization_id = $1 and ended_at is null and (role = 'owner' or id = any($2))
     order by id for update`,
    [organization, ids],
  );
}

export async function updateMemberRole(
  tx: Tx,
  organization: number,
  id: number,
  role: Role,
): Promise<void> {
  await tx.rows('update platform.member set role = $3 where organization_id = $1 and id = $2', [
    organization,
    id,
    role,
  ]);
}

export async function updateMemberEnded(
  tx: Tx,
  organization: number,
  id: number,
  now: Date,
): Promise<void> {
  await tx.rows('update platform.member set ended_at = $3 where organization_id = $1 and id = $2', [
    organization,
    id,
    now,
  ]);
}

/** Locks a membership, unless it has ended; answers its present role. */
export async function lockMembership(
  tx: Tx,
  organization: number,
  id: number,
): Promise<Role | undefined> {
  const [row] = await tx.rows<{ role: Role }>(
    `select role from platform.member
     where organization_id = $1 and id = $2 and ended_at is null for no key update`,
    [organization, id],
  );
  return row?.role;
}

/** Ends the person's access to this organization; all of it when this is their only membership. */
export async function deleteAccess(tx: Tx, organization: number, id: number): Promise<void> {
  await tx.rows('select platform.end_access($1, $2)', [organization, id]);
}

/**
 * Makes a person a member, or a former member one again, and answers the id; undefined when they
 * are one. Only the system may: the person need not be known in the organization yet.
 */
export async function upsertMember(
  tx: Tx,
  organization: number,
  member: { userId: string; role: Role; now: Date },
): Promise<number | undefined> {
  const [row] = await tx.rows<{ id: number }>(
    `insert into platform.member as m (organization_id, user_id, role, created_at)
     values ($1, $2, $3, $4)
     on conflict (organization_id, user_id) do update set role = excluded.role, ended_at = null
     where m.ended_at is not null
     returning id`,
    [organization, member.userId, member.role, member.now],
  );
  return row?.id;
}

/** Withdraws a member's invitations, except those to some roles; answers their ids. */
export async function revokeByInviter(
  tx: Tx,
  organization: number,
  memberId: number,
  exceptFor: readonly Role[],
  now: Date,
): Promise<number[]> {
  const rows = await tx.rows<{ id: number }>(
    `update platform.invitation set revoked_at = $4
     where organization_id = $1 and invited_by = $2 and role <> all($3)
       and accepted_at is null and revoked_at is null
     returning id`,
    [organization, memberId, exceptFor, now],
  );
  return rows.map(({ id }) => id);
}
