import { passwordLengthMin, type Role } from '../../../contract/platform/shapes.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import { publish } from '../../runtime/events/events.ts';
import { randomText, shortId } from '../../runtime/ids.ts';
import { hashPassword } from '../../runtime/passwords.ts';
import { type Admitted, upsertMember, upsertPassword, upsertUser } from './store.ts';

/**
 * What a product does for a new member; `main.ts` hands it in, because the platform knows no product.
 */
export type WelcomeMember = (
  at: { tx: Tx; organization: number; now: Date },
  memberId: number,
  name: string,
) => Promise<unknown>;

export type NewMember = { email: string; name: string; role: Role; password?: string };

const addressForm = /^[^\s@<>"]+@[^\s@<>"]+$/;

type At = { tx: Tx; organization: number; now: Date };

/**
 * Makes a person a member; somebody who signs in with that address already keeps the account.
 * `is_new` is false for one who was a member before. @throws AppError 400
 */
export async function createMember(
  at: At,
  { email, name, role, password }: NewMember,
): Promise<Admitted & { user_id: string }> {
  if (!addressForm.test(email)) throw invalid('email', 'must be an e-mail address.');
  if (password !== undefined && password.length < passwordLengthMin) {
    throw invalid('password', `must have at least ${passwordLengthMin} characters.`);
  }
  const { tx, now } = at;
  const hash = password === undefined ? undefined : await hashPassword(password);
  const userId = await upsertUser(tx, { id: randomText(24), email, name, now });
  if (hash) await upsertPassword(tx, { id: randomText(24), userId, hash, now });
  return { ...(await admit(at, { userId, name, role })), user_id: userId };
}

/** Makes a person who is known a member, and tells of it. @throws AppError 400 when they are one */
export async function admit(
  { tx, organization, now }: At,
  { userId, name, role }: { userId: string; name: string; role: Role },
): Promise<Admitted> {
  const admitted = await upsertMember(tx, organization, { userId, role, now });
  if (!admitted) throw invalid('email', 'is a member of this organization already.');
  const subject = shortId('member', admitted.id);
  const data = { member_id: subject, name };
  await publish(tx, organization, now, [{ type: 'member.created', subject, data }]);
  return admitted;
}
