import { shortId } from '../../../runtime/ids.ts';

/** Headers that say what became of a series, for a caller who named it by one of its bookings. */
export function seriesHeaders(
  changed: number,
  kept: readonly { id: number }[],
): Record<string, string> {
  const ids = kept.map(({ id }) => shortId('booking', id));
  return {
    'series-changed': String(changed),
    ...(ids.length > 0 ? { 'series-kept': ids.join(', ') } : {}),
  };
}
