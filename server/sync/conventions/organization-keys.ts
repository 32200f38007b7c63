import { randomBytes } from 'node:crypto';
import type { Secrets } from '../../runtime/secrets/secrets.ts';

const keyBytes = 32;

/** The keys of organizations for one purpose, each made when it is first needed. */
export function organizationKeys(secrets: Secrets, purpose: string) {
  const known = new Map<number, Promise<Buffer>>();
  return (organization: number): Promise<Buffer> => {
    const key =
      known.get(organization) ??
      secrets.sharedSecret(`${purpose} of ${organization}`, () => randomBytes(keyBytes));
    known.set(organization, key);
    key.catch(() => known.delete(organization));
    return key;
  };
}
