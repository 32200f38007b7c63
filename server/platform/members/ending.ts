import { type Role, roles } from '../../../contract/platform/shapes.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { shortId } from '../../runtime/ids.ts';
import { endKeysOf } from '../access/keys.ts';
import { record } from '../audit/record.ts';
import type { WriteContext } from '../context.ts';
import { deleteAccess, type MemberRow, revokeByInviter, updateMemberEnded } from './store.ts';

type At = { tx: Tx; organization: number; now: Date };

/**
 * What a product does about members; `main.ts` passes it in, because the platform knows no product.
 */
export type ProductMembers = {
  /** Somebody becomes a member, or one again: they start as everybody does. */
  welcome(at: At, memberId: number, name: string): Promise<unknown>;
  /** A membership ended, and with it the keys that the member made. */
  dismiss(at: At, memberId: number, keyIds: readonly number[]): Promise<unknown>;
};

/** The roles that a member may invite people to. */
const invitable: Record<Role, readonly Role[]> = {
  owner: roles,
  admin: ['admin', 'member'],
  member: [],
};

/** Ends a membership and everything that depends on it. True when keys ended as well. */
export async function endMembership(
  ctx: WriteContext,
  { id, name }: Pick<MemberRow, 'id' | 'name'>,
  { dismiss }: ProductMembers,
): Promise<boolean> {
  const { tx, organization, now } = ctx;
  await updateMemberEnded(tx, organization, id, now);
  const { keyIds, invitationIds } = await endBelongings(ctx, id, dismiss);
  for (const keyId of keyIds) await record(ctx, 'key.revoke', shortId('key', keyId), []);
  for (const invitationId of invitationIds) {
    await record(ctx, 'invitation.revoke', shortId('invitation', invitationId), []);
  }
  const subject = shortId('member', id);
  const data = { member_id: subject, name };
  await record(ctx, 'member.end', subject, [{ type: 'member.ended', subject, data }]);
  return keyIds.length > 0;
}

/**
 * Ends what depends on a membership. Also called before somebody becomes a member again, for what
 * was still in progress when the membership ended.
 */
export async function endBelongings(
  at: At,
  memberId: number,
  dismiss: ProductMembers['dismiss'],
): Promise<{ keyIds: number[]; invitationIds: number[] }> {
  const { tx, organization, now } = at;
  await deleteAccess(tx, organization, memberId);
  const invitationIds = await revokeByInviter(tx, organization, memberId, [], now);
  const keyIds = await endKeysOf(tx, organization, memberId, now);
  await dismiss(at, memberId, keyIds);
  return { keyIds, invitationIds };
}

/** Withdraws a member's invitations to roles above their present one. */
export async function revokeBeyond(ctx: WriteContext, memberId: number, role: Role) {
  const { tx, organization, now } = ctx;
  const ids = await revokeByInviter(tx, organization, memberId, invitable[role], now);
  for (const id of ids) await record(ctx, 'invitation.revoke', shortId('invitation', id), []);
}
