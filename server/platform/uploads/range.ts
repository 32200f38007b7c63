import type { Range } from '../files/file-store.ts';

/**
 * The one range of bytes that a client asks for (RFC 9110, 14.1.2). Undefined: the whole content,
 * also for other forms and for several ranges; `unsatisfiable`: it begins after the end.
 */
export function readRange(
  header: string | undefined,
  bytes: number,
): Range | 'unsatisfiable' | undefined {
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (from === '' && to === '') return undefined;
  if (from === '') {
    return to === '0' || bytes === 0
      ? 'unsatisfiable'
      : { first: Math.max(bytes - Number(to), 0), last: bytes - 1 };
  }
  if (to !== '' && Number(to) < Number(from)) return undefined;
  if (Number(from) >= bytes) return 'unsatisfiable';
  return { first: Number(from), last: to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1) };
}
