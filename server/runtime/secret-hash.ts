import { createHash, timingSafeEqual } from 'node:crypto';

/** A fast hash: what it is of cannot be guessed, or is compared and not kept. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether a secret has a hash; it takes as long whatever the secret is. */
export function isSecretOf(hash: Buffer, secret: string): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}
