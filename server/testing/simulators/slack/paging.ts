import { Refusal } from './refusal.ts';

const sizeDefault = 100;

/** A page of a list, and the cursor of the next one; an empty cursor where there is none. */
export function pageOf<One>(
  all: readonly One[],
  given: URLSearchParams,
  { prefix, max }: { prefix: string; max: number },
) {
  const size = Number(given.get('limit') ?? sizeDefault);
  if (!Number.isInteger(size) || size < 1 || size > max) throw new Refusal('invalid_limit');
  const from = placeIn(given.get('cursor') ?? '', prefix);
  const page = all.slice(from, from + size);
  const hasMore = from + size < all.length;
  const next = Buffer.from(`${prefix}:${from + size}`).toString('base64');
  return {
    page,
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? next : '' },
  };
}

function placeIn(cursor: string, prefix: string): number {
  if (cursor === '') return 0;
  const [kind, place] = Buffer.from(cursor, 'base64').toString().split(':');
  if (kind !== prefix || !/^\d+$/.test(place ?? '')) throw new Refusal('invalid_cursor');
  return Number(place);
}
