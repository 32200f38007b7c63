import { createHmac, randomBytes } from 'node:crypto';
import { decrypt, encrypt } from '../../runtime/secrets/encryption.ts';
import type { Secrets } from '../../runtime/secrets/secrets.ts';
import { organizationKeys } from '../conventions/organization-keys.ts';

/** Of one event: what it tells, and what was answered to it, goes with its salt. */
export type Confidence = {
  encrypt(text: string): Buffer;
  decrypt(bytes: Buffer): string;
};
export type Confidences = (organization: number) => Promise<(salt: Buffer) => Confidence>;

const saltBytes = 16;

export function newSalt(): Buffer {
  return randomBytes(saltBytes);
}

/** Each event has a key of its own, made of its salt and a key of the organization. */
export function confidences(secrets: Secrets): Confidences {
  const keyOf = organizationKeys(secrets, 'webhook events');
  return async (organization) => {
    const key = await keyOf(organization);
    return (salt) => {
      const own = createHmac('sha256', key).update(salt).digest();
      return {
        encrypt: (text) => encrypt(own, text),
        decrypt: (bytes) => decrypt(own, bytes),
      };
    };
  };
}
