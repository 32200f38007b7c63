import { passwordLengthMin, type Role } from '../../../contract/platform/shapes.ts';
import { requireAddress } from '../../runtime/addresses.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import { publish } from '../../runtime/events/events.ts';
import { randomText, shortId } from '../../runtime/ids.ts';
import { hashPassword } from '../../runtime/passwords.ts';
import {
  deleteCredentials,
  insertUser,
  selectAccount,
  updateUserUnconfined,
  upsertPassword,
} from '../accounts/store.ts';
import { readName } from '../names.ts';
import { endBelongings, type ProductMembers } from './ending.ts';
import { upsertMember } from './store.ts';

export type NewMember = { email: string; name: string; role: Role; password?: string };

type At = { tx: Tx; organization: number; now: Date };

/** Makes a person a member; an existing account with that address is kept. @throws AppError 400 */
export async function createMember(
  at: At,
  { email: given, name: called, role, password }: NewMember,
  members: ProductMembers,
): Promise<{ id: number; user_id: string }> {
  const email = requireAddress(given);
  const name = readName(called);
  if (password !== undefined && password.length < passwordLengthMin) {
    throw invalid('password', `must have at least ${passwordLengthMin} characters.`);
  }
  const hash = password === undefined ? undefined : await hashPassword(password);
  const userId = await openAccount(at, { email, name, hash });
  return { id: await admit(at, { userId, name, role }, members), user_id: userId };
}

/**
 * The account with that address, created if there is none; the operator vouches for the address.
 */
async function openAccount(
  { tx, organization, now }: At,
  { email, name, hash }: { email: string; name: string; hash: string | undefined },
): Promise<string> {
  const id = randomText(24);
  const isNew = await insertUser(tx, { id, email, name, now });
  const account = isNew ? undefined : await selectAccount(tx, email);
  const userId = account?.id ?? id;
  const confinement = account?.confined_to ?? null;
  if (confinement !== null && hash) {
    await deleteCredentials(tx, userId);
    await updateUserUnconfined(tx, userId);
  } else if (confinement !== null && confinement !== organization) {
    throw invalid(
      'password',
      'is required: the address of this account was never verified, so your password replaces ' +
        'whatever opened it before.',
    );
  }
  if (hash) await upsertPassword(tx, { id: randomText(24), userId, hash, now });
  return userId;
}

/**
 * Makes a person with an account a member, and publishes that. A former member starts anew: nothing
 * of before comes back. Answers the id of the membership.
 * @throws AppError 400 when they are a member
 */
export async function admit(
  at: At,
  { userId, name, role }: { userId: string; name: string; role: Role },
  { welcome, dismiss }: ProductMembers,
): Promise<number> {
  const { tx, organization, now } = at;
  const id = await upsertMember(tx, organization, { userId, role, now });
  if (id === undefined) throw invalid('email', 'is a member of this organization already.');
  await endBelongings(at, id, dismiss);
  const subject = shortId('member', id);
  const data = { member_id: subject, name };
  await publish(tx, organization, now, [{ type: 'member.created', subject, data }]);
  await welcome(at, id, name);
  return id;
}
