import { createHash, timingSafeEqual } from 'node:crypto';

/** A fast hash, for secrets that cannot be guessed, or that are compared and not stored. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether a hash is that of a secret, in constant time. */
export function isSecretOf(hash: Buffer, secret: string): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}
