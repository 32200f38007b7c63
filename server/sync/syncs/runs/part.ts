import type { RunRequest } from './store.ts';

/** Only some of the records are read, and the position of the sync stays where it is. */
export function isPart({ from, to, keys, retry_of }: RunRequest): boolean {
  return Boolean(from || to || keys || retry_of);
}
