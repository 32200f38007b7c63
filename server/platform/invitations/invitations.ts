import { randomBytes } from 'node:crypto';
import type { In } from '../../../contract/endpoint.ts';
import type { Invitation, invitations } from '../../../contract/platform/invitations.ts';
import { requireAddress } from '../../runtime/addresses.ts';
import type { Config } from '../../runtime/config.ts';
import { existing } from '../../runtime/database/existing.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { lookupId, shortId } from '../../runtime/ids.ts';
import type { Enqueue } from '../../runtime/jobs/jobs.ts';
import { hashSecret } from '../../runtime/secret-hash.ts';
import { memberOf, requireAdministrator } from '../access/callers.ts';
import { record } from '../audit/record.ts';
import type { ReadContext, WriteContext } from '../context.ts';
import { queueMails } from '../mail/mail.ts';
import { lockCaller, requireOwner } from '../members/members.ts';
import { selectMembersByEmail } from '../organizations/store.ts';
import { invitationMail } from './letter.ts';
import {
  type InvitationRow,
  insertInvitation,
  revokeByEmail,
  selectInvitation,
  selectPending,
  updateRevoked,
} from './store.ts';

const heldDays = 7;
const tokenBytes = 24;

export async function listInvitations(ctx: ReadContext) {
  requireAdministrator(ctx);
  const rows = await selectPending(ctx.db, ctx.organization);
  return { invitations: rows.map((row) => showInvitation(row, ctx.now)) };
}

/**
 * Invites somebody by mail. Without a mail server the link is answered, for the inviter to hand
 * over.
 * @throws AppError not_allowed (403); invalid_request (400) for somebody who is a member already
 */
export async function invite(
  ctx: WriteContext,
  { body }: In<typeof invitations, 'invite'>,
  { enqueue, config }: { enqueue: Enqueue; config: Config },
): Promise<Invitation & { link: string | null }> {
  const caller = requireAdministrator({ caller: await lockCaller(ctx, memberOf(ctx)) });
  const { tx, organization, now, origin } = ctx;
  if (body.role === 'owner') requireOwner(caller.role);
  const email = requireAddress(body.email);
  const [member] = await selectMembersByEmail(tx, organization, [email]);
  if (member) throw invalid('email', 'already belongs to a member.');
  await revokeByEmail(tx, organization, email, now);
  const token = randomBytes(tokenBytes).toString('base64url');
  const expiresAt = new Date(now.getTime() + heldDays * 24 * 3600 * 1000);
  const isMailed = config.smtpUrl !== undefined;
  const made = { email, role: body.role, hash: hashSecret(token), invitedBy: caller.id, isMailed };
  const id = await insertInvitation(tx, organization, { ...made, now, expiresAt });
  const row = existing(await selectInvitation(tx, organization, id));
  const url = `${origin}/invitations/${token}`;
  if (isMailed) await queueMails(tx, enqueue, organization, [invitationMail(row, url)], now);
  await record(ctx, 'invitation.create', shortId('invitation', id), []);
  return { ...showInvitation(row, now), link: isMailed ? null : url };
}

/** @throws AppError not_allowed (403), not_found (404) */
export async function revokeInvitation(
  ctx: WriteContext,
  { params }: In<typeof invitations, 'revokeInvitation'>,
) {
  requireAdministrator(ctx);
  const id = lookupId('invitation', params.id);
  if (!(await updateRevoked(ctx.tx, ctx.organization, id, ctx.now))) {
    throw new AppError('not_found');
  }
  await record(ctx, 'invitation.revoke', shortId('invitation', id), []);
  return {};
}

function showInvitation(row: InvitationRow, now: Date): Invitation {
  return {
    id: shortId('invitation', row.id),
    email: row.email,
    role: row.role,
    invited_by: row.invited_by,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    is_expired: row.expires_at <= now,
  };
}
