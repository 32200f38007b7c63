import type { Change } from '../../../contract/messaging/website/feed.ts';

const keptMax = 5_000;
let kept: Change[] = [];
let heard = 0;

/** Remembers changes, for data that is being loaded meanwhile. */
export function note(changes: readonly Change[]): void {
  heard += changes.length;
  kept = [...kept, ...changes].slice(-keptMax);
}

/** How many changes have been received so far. */
export function mark(): number {
  return heard;
}

export function changesSince(from: number): readonly Change[] {
  const count = heard - from;
  return count > 0 ? kept.slice(-count) : [];
}

/** Loads data and applies the changes received meanwhile: the answer may be older than they are. */
export async function catchingUp<T>(
  load: () => Promise<T>,
  apply: (data: T, change: Change) => T,
): Promise<T> {
  const from = mark();
  const data = await load();
  return changesSince(from).reduce(apply, data);
}
