import type { Definition } from '../definition.ts';
import type { RunRequest } from './store.ts';

/** Whether a run reads a part again, in place of everything or of what is new. */
export function isPart({ from, to, keys, retry_of }: RunRequest): boolean {
  return Boolean(from || to || keys || retry_of);
}

/** Whether a run begins where the last one ended, and the next one where it ends. */
export function goesOn(
  { cursor_field, mode }: Pick<Definition, 'cursor_field' | 'mode'>,
  request: RunRequest,
): boolean {
  return leads({ cursor_field, mode }, request) && !request.full_refresh;
}

/** Whether the next run begins where a run ends. */
export function leads(
  { cursor_field, mode }: Pick<Definition, 'cursor_field' | 'mode'>,
  request: RunRequest,
): boolean {
  return cursor_field !== null && mode !== 'replace' && mode !== 'mirror' && !isPart(request);
}
