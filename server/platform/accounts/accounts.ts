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
 * Opens an account for somebody who has shown that mail to the address reaches them. An existing
 * account becomes theirs, and its earlier credentials no longer work.
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
 * Opens an account that is valid in one organization only, because nothing shows whose the address
 * is. Undefined when there is an account with that address.
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
 * Records that the address is the person's. Whoever used the account before, without having shown
 * that, is locked out: all credentials end, except the password, which is new.
 */
export async function proveAddress(tx: Tx, userId: string, now: Date): Promise<void> {
  if ((await selectConfinement(tx, userId)) !== null) await deleteCredentials(tx, userId);
  await updateUserProven(tx, userId, now);
}

/** The same by an identity provider: there is no new password, so the earlier one ends as well. */
export async function proveByProvider(tx: Tx, userId: string, now: Date): Promise<void> {
  if ((await selectConfinement(tx, userId)) !== null) await deletePassword(tx, userId);
  await proveAddress(tx, userId, now);
}
