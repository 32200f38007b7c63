import { randomBytes } from 'node:crypto';

/** Where the file store has a content: nobody can guess it, and nothing of the file is in it. */
export function newKey(): string {
  return randomBytes(20).toString('hex');
}
