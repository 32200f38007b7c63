import type { Feed, FeedState, Place } from '../../connectors/changes.ts';
import type { FollowingRow } from '../../syncs/following/store.ts';

type Known = {
  readonly feed: Pick<Feed, 'between'>;
  readonly slot: string;
  readonly state: FeedState | undefined;
  /** Nothing later was ever said to be stored. */
  readonly confirmed: Place | null;
  readonly lagBytesMax: number;
};

/**
 * Why what is kept for a sync does not help it any more; it comes back by a new read. Everything before its
 * places is at its destination: `was` before the source was asked, and `is` since.
 */
export function reasonToGiveUp(
  { object }: Pick<FollowingRow, 'object'>,
  { was, is }: { was: Place | null; is: Place | null },
  { feed, slot, state, confirmed, lagBytesMax }: Known,
): string | undefined {
  if (!state || state.status === 'lost') return gone(slot);
  if (confirmed !== null && state.stored > confirmed) return advanced(slot);
  const lost = state.lost.find((one) => one.object === object);
  if (lost) return lost.reason;
  if (was === null || is === null) return undefined;
  if (feed.between(was, state.now) < 0) return restored();
  return feed.between(is, state.now) > lagBytesMax ? farBehind(lagBytesMax) : undefined;
}

export function gone(slot: string): string {
  return `The replication slot ${slot} of the source is gone, or has lost what was not told yet (max_slot_wal_keep_size): resume reads everything anew.`;
}

function advanced(slot: string): string {
  return `Somebody has moved the replication slot ${slot} of the source on, past what was not told yet: resume reads everything anew.`;
}

function restored(): string {
  return 'The source is at an earlier state than it was (it was restored from a backup, or a server took its place that had not all of it): resume reads everything anew.';
}

function farBehind(bytes: number): string {
  return `It was more than ${bytes} bytes behind (max_lag_bytes), and does not hold back the log of the source any longer: resume reads everything anew.`;
}
