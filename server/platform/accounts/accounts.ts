import type { Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';
import { randomText } from '../../runtime/ids.ts';
import {
  deleteCredentials,
  deletePassword,
  insertUser,
  selectAccount,
  selectConfinement,
  updateUserName,
  updateUserProven,
  upsertPassword,
} from './store.ts';

type Person = { email: string; name: string; hash: string; now: Date };

/**
 * Opens an account for whoever has shown that mail to the address reaches them; one of before is
 * theirs from now on, and what opened that opens it no more.
 */
export async function openProvenAccount(tx: Tx, { email, name, hash, now }: Person) {
  const id = randomText(24);
  const isNew = await insertUser(tx, { id, email, name, now });
  const userId = isNew ? id : existing(await selectAccount(tx, email)).id;
  await deleteCredentials(tx, userId);
  await upsertPassword(tx, { id: randomText(24), userId, hash, now });
  await updateUserName(tx, userId, name);
  await updateUserProven(tx, userId, now);
  return userId;
}

/**
 * Opens an account that counts in one organization only, since nothing shows whose the address is.
 * Undefined when there is an account with that address.
 */
export async function openConfinedAccount(
  tx: Tx,
  organization: number,
  { email, name, hash, now }: Person,
): Promise<string | undefined> {
  const id = randomText(24);
  if (!(await insertUser(tx, { id, email, name, confinedTo: organization, now }))) return undefined;
  await upsertPassword(tx, { id: randomText(24), userId: id, hash, now });
  return id;
}

/**
 * Somebody has shown that the address is theirs. Whoever held the account while nobody had is out:
 * all that they could sign in with ends, but for the password, which is new.
 */
export async function proveAddress(tx: Tx, userId: string, now: Date): Promise<void> {
  if ((await selectConfinement(tx, userId)) !== null) await deleteCredentials(tx, userId);
  await updateUserProven(tx, userId, now);
}

/** The same by an identity provider: there is no new password, and that of before is not theirs. */
export async function proveByProvider(tx: Tx, userId: string, now: Date): Promise<void> {
  if ((await selectConfinement(tx, userId)) !== null) await deletePassword(tx, userId);
  await proveAddress(tx, userId, now);
}
