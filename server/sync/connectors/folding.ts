import type { Row } from '../values/types.ts';

/** Of records with one key only the last counts: the places of those, in their order. */
export function lastOfEach(rows: readonly Row[], places: readonly number[]): number[] {
  const last = new Map(
    rows.map((row, index) => [JSON.stringify(places.map((place) => row[place])), index]),
  );
  return [...last.values()].sort((a, b) => a - b);
}
