import type { Joined, Wanted } from '../../connectors/changes.ts';
import type { FollowingRow } from '../../syncs/following/store.ts';
import type { Applying, Ended } from './applying.ts';

/** The part of one sync in the feed of its source. */
export type Membership = {
  /** What is kept for it; nothing where that is of another object. */
  find(object: string): Promise<FollowingRow | undefined>;
  /** From now on what changes is kept for it: answers what was there before. @throws ConnectorError */
  join(wanted: Wanted, joining: string, signal: AbortSignal): Promise<Joined>;
  leave(): Promise<void>;
  /** Is told what changes, until it ends. */
  run(applying: Applying, signal: AbortSignal): Promise<Ended>;
};
