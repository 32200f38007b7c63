import type { Role } from '../../../contract/platform/shapes.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import { randomText, readId, shortId } from '../../runtime/ids.ts';
import { hashPassword } from '../../runtime/passwords.ts';
import {
  insertMember,
  insertOrganization,
  selectOrganization,
  upsertPassword,
  upsertUser,
} from './store.ts';

const passwordLengthMin = 8;
const addressForm = /^[^\s@<>"]+@[^\s@<>"]+$/;

export async function createOrganization(tx: Tx, name: string, now: Date) {
  if (!name.trim()) throw invalid('name', 'must not be blank.');
  const id = await insertOrganization(tx, name, now);
  return { id: shortId('organization', id), name };
}

/** The integer of an organization that is named by either form of its id. @throws AppError 400 */
export async function findOrganization(db: Db, given: string): Promise<number> {
  const id = readId('organization', given);
  const row = id && (await selectOrganization(db, id));
  if (!row) throw invalid('organization', `there is no organization ${given}.`);
  return row.id;
}

export type NewMember = { email: string; name: string; role: Role; password?: string };

/** Makes a person a member; somebody who signs in with that address already keeps the account. */
export async function createMember(
  tx: Tx,
  organization: number,
  { email: given, name, role, password }: NewMember,
  now: Date,
) {
  const email = given.trim().toLowerCase();
  if (!addressForm.test(email)) throw invalid('email', 'must be an e-mail address.');
  if (password !== undefined && password.length < passwordLengthMin) {
    throw invalid('password', `must have at least ${passwordLengthMin} characters.`);
  }
  const hash = password === undefined ? undefined : await hashPassword(password);
  const userId = await upsertUser(tx, { id: randomText(24), email, name, now });
  if (hash) await upsertPassword(tx, { id: randomText(24), userId, hash, now });
  const id = await insertMember(tx, organization, { userId, role, now });
  if (id === undefined) throw invalid('email', 'is a member of this organization already.');
  return { id: shortId('member', id), user_id: userId, email };
}
