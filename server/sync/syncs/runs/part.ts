import type { RunRequest } from './store.ts';

/** Whether a run reads a part again, in place of everything or of what is new. */
export function isPart({ from, to, keys, retry_of }: RunRequest): boolean {
  return Boolean(from || to || keys || retry_of);
}
