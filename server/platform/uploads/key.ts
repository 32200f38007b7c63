import { randomBytes } from 'node:crypto';

/** A key for the file store: it cannot be guessed, and reveals nothing about the file. */
export function newKey(): string {
  return randomBytes(20).toString('hex');
}
