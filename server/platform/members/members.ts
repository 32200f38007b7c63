import type { Input } from '../../../contract/endpoint.ts';
import { type Member, type members, membersMax } from '../../../contract/platform/members.ts';
import type { Role } from '../../../contract/platform/shapes.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import { requireAdministrator } from '../access/callers.ts';
import { record } from '../audit/record.ts';
import type { ReadContext, WriteContext } from '../context.ts';
import { readName } from '../names.ts';
import { updateOrganizationName } from '../organizations/store.ts';
import {
  lockOwnersAnd,
  type MemberRow,
  selectMember,
  selectMembers,
  updateMemberEnded,
  updateMemberRole,
} from './store.ts';

export async function changeOrganization(
  ctx: WriteContext,
  { body }: Input<(typeof members)['changeOrganization']>,
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
  { query }: Input<(typeof members)['listMembers']>,
) {
  const limit = query.limit ?? membersMax;
  const after = query.after === undefined ? 0 : readId('member', query.after);
  if (after === undefined) throw invalid('after', 'must be what `next` of a page says.');
  const rows = await selectMembers(db, organization, { after, limit: limit + 1 });
  const shown = rows.slice(0, limit).map(showMember);
  return { members: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

/** @throws AppError not_allowed (403), not_found (404), invalid_request (400) for the last owner */
export async function changeMember(
  ctx: WriteContext,
  { params, body }: Input<(typeof members)['changeMember']>,
): Promise<Member> {
  const member = await lockMember(ctx, params.id, body.role);
  await updateMemberRole(ctx.tx, ctx.organization, member.id, body.role);
  const changed = { ...member, role: body.role };
  await tell(ctx, 'member.updated', changed);
  return showMember(changed);
}

/** The member's sessions are refused from the commit on. @throws AppError as `changeMember` */
export async function endMember(
  ctx: WriteContext,
  { params }: Input<(typeof members)['endMember']>,
) {
  const member = await lockMember(ctx, params.id, undefined);
  await updateMemberEnded(ctx.tx, ctx.organization, member.id, ctx.now);
  await tell(ctx, 'member.ended', member);
  return {};
}

/** Locks a member who is to become `role`, or none any more. */
async function lockMember(
  ctx: WriteContext,
  given: string,
  role: Role | undefined,
): Promise<MemberRow> {
  const caller = requireAdministrator(ctx);
  const id = readId('member', given) ?? 0;
  const locked = await lockOwnersAnd(ctx.tx, ctx.organization, [id, caller.id]);
  const member = await selectMember(ctx.tx, ctx.organization, id);
  if (!member) throw new AppError('not_found');
  // The caller may have become less since the request began.
  const present = locked.find((one) => one.id === caller.id)?.role ?? 'member';
  requireAdministrator({ caller: { ...caller, role: present } });
  if (member.role === 'owner' || role === 'owner') requireOwner(present);
  const others = locked.filter((one) => one.role === 'owner' && one.id !== id);
  if (member.role === 'owner' && role !== 'owner' && others.length === 0) {
    throw invalid('role', 'this is the only owner; make somebody else an owner first.');
  }
  return member;
}

/** @throws AppError not_allowed (403) */
export function requireOwner(role: Role): void {
  if (role === 'owner') return;
  throw new AppError('not_allowed', {
    message: 'Only owners say who is an owner; ask one of them.',
  });
}

async function tell(
  ctx: WriteContext,
  type: 'member.updated' | 'member.ended',
  { id, name }: MemberRow,
): Promise<void> {
  const subject = shortId('member', id);
  const data = { member_id: subject, name };
  const action = type === 'member.ended' ? 'member.end' : 'member.update';
  await record(ctx, action, subject, [{ type, subject, data }]);
}

function showMember({ id, name, email, role, created_at }: MemberRow): Member {
  return {
    id: shortId('member', id),
    name,
    email,
    role,
    created_at: created_at.toISOString(),
  };
}
