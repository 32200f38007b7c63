import { createHash } from 'node:crypto';
import { keptAddress, standInDomain } from '../../runtime/addresses.ts';

/** Addresses that better-auth accepts; the column platform.user.sign_in_name says the same. */
const plainForm = /^(?!\.)(?!.*\.\.)[a-z0-9_'+.-]*[a-z0-9_+-]@([a-z0-9][a-z0-9-]*\.)+[a-z]{2,}$/;

/** The name by which better-auth knows a person: the address, or, where it refuses that, a digest. */
export function signInName(given: string): string {
  const address = keptAddress(given);
  if (plainForm.test(address)) return address;
  return `${createHash('sha256').update(address).digest('hex')}@${standInDomain}`;
}
