import type { In } from '../../../contract/endpoint.ts';
import type { invitations } from '../../../contract/platform/invitations.ts';
import type { Session } from '../../../contract/platform/session.ts';
import type { Database, Db, Tx } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import { hashPassword } from '../../runtime/passwords.ts';
import { hashSecret } from '../../runtime/secret-hash.ts';
import { memberOf } from '../access/callers.ts';
import { openConfinedAccount, openProvenAccount } from '../accounts/accounts.ts';
import { type AccountRow, selectAccount, updateUserProven } from '../accounts/store.ts';
import { insertAudit } from '../audit/store.ts';
import type { PublicContext, WriteContext } from '../context.ts';
import { admit } from '../members/admission.ts';
import type { ProductMembers } from '../members/ending.ts';
import { readName } from '../names.ts';
import { showPerson } from '../sessions/people.ts';
import { selectPerson, updateActiveOrganization } from '../sessions/store.ts';
import { type InvitationRow, selectByToken, updateAccepted } from './store.ts';

type Services = { database: Database; members: ProductMembers };

type State = 'open' | 'expired' | 'accepted' | 'revoked';

export async function getInvitation(
  { now }: PublicContext,
  { params }: In<typeof invitations, 'getInvitation'>,
  { database }: Services,
) {
  const db = database.system.reading;
  const row = await findInvitation(db, params.token);
  const standing = standingOf(row, await selectAccount(db, row.email));
  return {
    organization: organizationOf(row),
    email: row.email,
    role: row.role,
    state: stateOf(row, now),
    has_account: standing === 'signs in',
    needs_mail: standing === 'needs a mail',
  };
}

/**
 * Accepts an invitation by opening an account. A mailed link proves the address; one that was
 * handed over proves nothing, and cannot open an existing account.
 * @throws AppError not_found (404), gone (410), not_allowed (403) when there is an account
 */
export async function acceptInvitation(
  { now, requestId }: PublicContext,
  { params, body }: In<typeof invitations, 'acceptInvitation'>,
  { database, members }: Services,
) {
  const before = await findInvitation(database.system.reading, params.token);
  requireOpen(before, now);
  const name = readName(body.name);
  const hash = await hashPassword(body.password);
  return database.system.transaction(async (tx) => {
    const invitation = await takeInvitation(tx, params.token, now);
    const { email, organization_id: organization } = invitation;
    requireUnopened(standingOf(invitation, await selectAccount(tx, email)));
    const person = { email, name, hash, now };
    const userId = invitation.is_mailed
      ? await openProvenAccount(tx, person)
      : await openConfinedAccount(tx, organization, person);
    if (userId === undefined) throw mustSignIn();
    await join({ tx, now, requestId }, invitation, { id: userId, name }, members);
    return { email, organization: organizationOf(invitation) };
  });
}

/**
 * Accepts an invitation as the person who is signed in.
 * @throws AppError not_found (404), gone (410), not_allowed (403) for another address
 */
export async function joinOrganization(
  ctx: WriteContext,
  { params }: In<typeof invitations, 'joinOrganization'>,
  { members }: Services,
): Promise<Session> {
  const { tx } = ctx;
  const { userId, sessionId } = memberOf(ctx);
  const invitation = await takeInvitation(tx, params.token, ctx.now);
  const person = await selectPerson(tx, userId);
  if (person?.email !== invitation.email) {
    throw new AppError('not_allowed', {
      message: 'This invitation is for another address; sign in with that one.',
    });
  }
  if (!person.is_proven) {
    if (!invitation.is_mailed) throw needsMail();
    await updateUserProven(tx, userId, ctx.now);
  }
  await join(ctx, invitation, person, members);
  await updateActiveOrganization(tx, sessionId, invitation.organization_id);
  return showPerson(tx, userId, invitation.organization_id);
}

async function findInvitation(db: Db, token: string): Promise<InvitationRow> {
  const row = await selectByToken(db, hashSecret(token));
  if (!row) throw new AppError('not_found');
  return row;
}

/** The first who accepts gets it: somebody who does so at the same time finds it gone. */
async function takeInvitation(tx: Tx, token: string, now: Date): Promise<InvitationRow> {
  const taken = await updateAccepted(tx, hashSecret(token), now);
  const row = await findInvitation(tx, token);
  if (!taken) requireOpen(row, now);
  return row;
}

function requireOpen(row: InvitationRow, now: Date): void {
  if (stateOf(row, now) === 'open') return;
  throw new AppError('gone', {
    message: 'This invitation was used or withdrawn, or has expired; ask for a new one.',
  });
}

function stateOf({ accepted_at, revoked_at, expires_at }: InvitationRow, now: Date): State {
  if (accepted_at) return 'accepted';
  if (revoked_at) return 'revoked';
  return expires_at <= now ? 'expired' : 'open';
}

type Standing = 'opens an account' | 'signs in' | 'needs a mail';

/**
 * How the person accepts. Somebody whose last membership has ended cannot sign in, and an account
 * with an unproven address may be somebody else's: both open the account again by mail.
 */
function standingOf({ is_mailed }: InvitationRow, account: AccountRow | undefined): Standing {
  if (!account) return 'opens an account';
  const signsIn = account.membership_count > 0;
  if (signsIn && account.confined_to === null) return 'signs in';
  return is_mailed ? 'opens an account' : 'needs a mail';
}

/** @throws AppError not_allowed (403) */
function requireUnopened(standing: Standing): void {
  if (standing === 'signs in') throw mustSignIn();
  if (standing === 'needs a mail') throw needsMail();
}

async function join(
  { tx, now, requestId }: { tx: Tx; now: Date; requestId: string },
  { id, organization_id: organization, role }: InvitationRow,
  person: { id: string; name: string },
  members: ProductMembers,
): Promise<void> {
  const at = { tx, organization, now };
  const memberId = await admit(at, { userId: person.id, name: person.name, role }, members);
  const actor = `member:${memberId}`;
  const subject = shortId('invitation', id);
  const entry = { actor, action: 'invitation.accept' as const, subject, requestId, now };
  await insertAudit(tx, organization, entry);
}

function organizationOf({ organization_id, organization_name: name }: InvitationRow) {
  return { id: shortId('organization', organization_id), name };
}

function mustSignIn(): AppError {
  return new AppError('not_allowed', {
    message: 'An account with this address already exists; sign in, then open the link again.',
  });
}

function needsMail(): AppError {
  return new AppError('not_allowed', {
    message:
      'An account with this address exists, or existed before, and this link does not verify it. ' +
      'Only an invitation by mail opens it; ask whoever runs this server.',
  });
}
