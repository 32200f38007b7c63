import type { In } from '../../../contract/endpoint.ts';
import { type Member, type members, membersMax } from '../../../contract/platform/members.ts';
import type { Role } from '../../../contract/platform/shapes.ts';
import { keptAddress } from '../../runtime/addresses.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { Reply } from '../../runtime/http/reply.ts';
import { lookupId, readId, shortId } from '../../runtime/ids.ts';
import { type MemberCaller, requireAdministrator } from '../access/callers.ts';
import { heardMilliseconds } from '../access/keys.ts';
import { record } from '../audit/record.ts';
import type { ReadContext, WriteContext } from '../context.ts';
import { readName } from '../names.ts';
import { selectMembersByEmail, updateOrganizationName } from '../organizations/store.ts';
import { endMembership, type ProductMembers, revokeBeyond } from './ending.ts';
import {
  lockMembership,
  lockOwnersAnd,
  type MemberRow,
  selectMember,
  selectMembers,
  updateMemberRole,
} from './store.ts';

export async function changeOrganization(
  ctx: WriteContext,
  { body }: In<typeof members, 'changeOrganization'>,
) {
  requireAdministrator(ctx);
  const id = shortId('organization', ctx.organization);
  const name = readName(body.name);
  await updateOrganizationName(ctx.tx, ctx.organization, name);
  await record(ctx, 'organization.update', id, []);
  return { id, name };
}

export async function listMembers(
  { db, organization }: ReadContext,
  { query }: In<typeof members, 'listMembers'>,
) {
  const limit = query.limit ?? membersMax;
  const after = query.after === undefined ? 0 : readId('member', query.after);
  if (after === undefined)
    throw invalid('after', 'must be the id of the last member of an earlier page.');
  const rows = await selectMembers(db, organization, { after, limit: limit + 1 });
  const shown = rows.slice(0, limit).map(showMember);
  return { members: shown, has_more: rows.length > limit };
}

/** @throws AppError not_allowed (403), not_found (404), invalid_request (400) for the last owner */
export async function changeMember(
  ctx: WriteContext,
  { params, body }: In<typeof members, 'changeMember'>,
): Promise<Member> {
  const member = await lockMember(ctx, params.id, body.role);
  await updateMemberRole(ctx.tx, ctx.organization, member.id, body.role);
  await revokeBeyond(ctx, member.id, body.role);
  const subject = shortId('member', member.id);
  const data = { member_id: subject, name: member.name };
  await record(ctx, 'member.update', subject, [{ type: 'member.updated', subject, data }]);
  return showMember({ ...member, role: body.role });
}

/**
 * Ends a membership; everything that depends on it is refused from the commit on.
 * @throws as `changeMember`
 */
export async function endMember(
  ctx: WriteContext,
  { params }: In<typeof members, 'endMember'>,
  products: ProductMembers,
) {
  const member = await lockMember(ctx, params.id, undefined);
  const keysEnded = await endMembership(ctx, member, products);
  return new Reply({}, {}, keysEnded ? heardMilliseconds : 0);
}

/**
 * Ends a membership as the operator. @throws AppError invalid_request (400) for the last owner, and
 * when there is no such member
 */
export async function endMemberOf(ctx: WriteContext, email: string, products: ProductMembers) {
  const { tx, organization } = ctx;
  const [found] = await selectMembersByEmail(tx, organization, [keptAddress(email)]);
  const locked = await lockOwnersAnd(tx, organization, [found?.id ?? 0]);
  const member = await selectMember(tx, organization, found?.id ?? 0);
  if (!member) throw invalid('email', 'no member of the organization has this address.');
  requireOtherOwner(member, locked);
  await endMembership(ctx, member, products);
  return { id: shortId('member', member.id), user_id: member.user_id, email: member.email };
}

/**
 * The caller's present role, locked until the end of the transaction: the membership may have
 * ended, or become less, since the request began.
 * @throws AppError unauthorized (401)
 */
export async function lockCaller(
  { tx, organization }: WriteContext,
  caller: MemberCaller,
): Promise<MemberCaller> {
  const role = await lockMembership(tx, organization, caller.id);
  if (role === undefined) throw new AppError('unauthorized');
  return { ...caller, role };
}

/** Locks a member who is to become `role`, or none any more. */
async function lockMember(
  ctx: WriteContext,
  given: string,
  role: Role | undefined,
): Promise<MemberRow> {
  const caller = requireAdministrator(ctx);
  const id = lookupId('member', given);
  const locked = await lockOwnersAnd(ctx.tx, ctx.organization, [id, caller.id]);
  const member = await selectMember(ctx.tx, ctx.organization, id);
  if (!member) throw new AppError('not_found');
  // The caller may have become less since the request began.
  const present = locked.find((one) => one.id === caller.id)?.role ?? 'member';
  requireAdministrator({ caller: { ...caller, role: present } });
  if (member.role === 'owner' || role === 'owner') requireOwner(present);
  if (role !== 'owner') requireOtherOwner(member, locked);
  return member;
}

/** An organization always has an owner. @throws AppError invalid_request (400) */
function requireOtherOwner(member: MemberRow, locked: readonly { id: number; role: Role }[]): void {
  if (member.role !== 'owner') return;
  if (locked.some((one) => one.role === 'owner' && one.id !== member.id)) return;
  throw invalid('role', 'this is the only owner; make somebody else an owner first.');
}

/** @throws AppError not_allowed (403) */
export function requireOwner(role: Role): void {
  if (role === 'owner') return;
  throw new AppError('not_allowed', {
    message: 'Only owners decide who is an owner; ask one of them.',
  });
}

function showMember({ id, name, email, role, is_proven, created_at }: MemberRow): Member {
  return {
    id: shortId('member', id),
    name,
    email,
    role,
    is_proven,
    created_at: created_at.toISOString(),
  };
}
