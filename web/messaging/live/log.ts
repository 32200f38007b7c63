import type { Change } from '../../../contract/messaging/website/feed.ts';

const keptMax = 5_000;
let kept: Change[] = [];
let heard = 0;

/** Keeps what was heard, for what is being loaded meanwhile. */
export function note(changes: readonly Change[]): void {
  heard += changes.length;
  kept = [...kept, ...changes].slice(-keptMax);
}

/** How much has been heard so far. */
export function mark(): number {
  return heard;
}

export function changesSince(from: number): readonly Change[] {
  const count = heard - from;
  return count > 0 ? kept.slice(-count) : [];
}

/**
 * Loads, and puts on top what was heard meanwhile: the answer may have been read before it happened.
 */
export async function catchingUp<T>(
  load: () => Promise<T>,
  apply: (data: T, change: Change) => T,
): Promise<T> {
  const from = mark();
  const data = await load();
  return changesSince(from).reduce(apply, data);
}
