import type { Kept, Place } from '../../connectors/changes.ts';
import type { FollowingRow } from '../../syncs/following/store.ts';

/** By the ids of their syncs. */
type Rows = ReadonlyMap<string, FollowingRow>;

/** What the source is to keep for them. */
export function keptIn(rows: Rows): Kept[] {
  return notEnded(rows).map(({ object, object_id: id }) => ({ object, id }));
}

/** Those that have what was there before. */
export function joinedIn(rows: Rows): FollowingRow[] {
  return notEnded(rows).filter(({ joined_at }) => joined_at !== null);
}

/** What all of them have; null where that of one is not known, or there is none. */
export function leastIn(rows: Rows, storedOf: (row: FollowingRow) => Place | null): Place | null {
  const places = notEnded(rows).map(storedOf);
  const known = places.filter((place) => place !== null);
  return known.length === places.length ? (known.sort()[0] ?? null) : null;
}

function notEnded(rows: Rows): FollowingRow[] {
  return [...rows.values()].filter(({ ended }) => ended === null);
}
