import type { Role } from '../../../contract/platform/shapes.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';

export type InvitationRow = {
  organization_id: number;
  organization_name: string;
  id: number;
  email: string;
  role: Role;
  invited_by: string;
  /** The link was mailed, so whoever has it has shown that the address is theirs. */
  is_mailed: boolean;
  created_at: Date;
  expires_at: Date;
  accepted_at: Date | null;
  revoked_at: Date | null;
};

const columns = `i.organization_id, o.name as organization_name, i.id, i.email, i.role,
  u.name as invited_by, i.is_mailed, i.created_at, i.expires_at, i.accepted_at, i.revoked_at`;
const invitations = `platform.invitation i
  join platform.organization o on o.id = i.organization_id
  join platform.member m on m.organization_id = i.organization_id and m.id = i.invited_by
  join platform.user u on u.id = m.user_id`;

/** Invitations that were neither accepted nor withdrawn. */
export async function selectPending(db: Db, organization: number): Promise<InvitationRow[]> {
  return db.rows<InvitationRow>(
    `select ${columns} from ${invitations}
     where i.organization_id = $1 and i.accepted_at is null and i.revoked_at is null
     order by i.id desc limit 1000`,
    [organization],
  );
}

export async function selectInvitation(
  db: Db,
  organization: number,
  id: number,
): Promise<InvitationRow | undefined> {
  const [row] = await db.rows<InvitationRow>(
    `select ${columns} from ${invitations} where i.organization_id = $1 and i.id = $2`,
    [organization, id],
  );
  return row;
}

/** By token alone, before the organization is known: as heddle_system. */
export async function selectByToken(db: Db, hash: Buffer): Promise<InvitationRow | undefined> {
  const [row] = await db.rows<InvitationRow>(
    `select ${columns} from ${invitations} where i.token_hash = $1`,
    [hash],
  );
  return row;
}

export async function insertInvitation(
  tx: Tx,
  organization: number,
  invitation: {
    email: string;
    role: Role;
    hash: Buffer;
    invitedBy: number;
    isMailed: boolean;
    now: Date;
    expiresAt: Date;
  },
): Promise<number> {
  const { email, role, hash, invitedBy, isMailed, now, expiresAt } = invitation;
  const [row] = await tx.rows<{ id: number }>(
    `insert into platform.invitation
       (organization_id, email, role, token_hash, invited_by, is_mailed, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [organization, email, role, hash, invitedBy, isMailed, now, expiresAt],
  );
  return existing(row).id;
}

/** Withdraws pending invitations of an address; of two simultaneous ones, the second waits. */
export async function revokeByEmail(tx: Tx, organization: number, email: string, now: Date) {
  await tx.rows(
    `select pg_advisory_xact_lock(hashtextextended('invitation ' || $1 || ' ' || $2, 0))`,
    [organization, email],
  );
  await tx.rows(
    `update platform.invitation set revoked_at = $3
     where organization_id = $1 and email = $2 and accepted_at is null and revoked_at is null`,
    [organization, email, now],
  );
}

/** False when there is none, or it was accepted or withdrawn. */
export async function updateRevoked(
  tx: Tx,
  organization: number,
  id: number,
  now: Date,
): Promise<boolean> {
  const rows = await tx.rows(
    `update platform.invitation set revoked_at = $3
     where organization_id = $1 and id = $2 and accepted_at is null and revoked_at is null
     returning id`,
    [organization, id, now],
  );
  return rows.length > 0;
}

/** False when it is no longer valid: of two who accept at once, the first gets it. */
export async function updateAccepted(tx: Tx, hash: Buffer, now: Date): Promise<boolean> {
  const rows = await tx.rows(
    `update platform.invitation set accepted_at = $2
     where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > $2
     returning id`,
    [hash, now],
  );
  return rows.length > 0;
}
