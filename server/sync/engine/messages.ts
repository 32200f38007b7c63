import type { AllObjects } from '../../platform/objects.ts';
import type { Config } from '../../runtime/config.ts';
import type { Address } from '../../runtime/database/connection.ts';
import type { FeedClaim } from '../syncs/following/store.ts';
import type { Claim } from './store.ts';

/** What the process that does runs is told. */
export type ToRunner =
  | { kind: 'begin'; config: Config; address: Address; objects: AllObjects }
  | { kind: 'run'; claim: Claim }
  | { kind: 'feed'; claim: FeedClaim }
  /** There may be something new for those that hold feeds. */
  | { kind: 'look' }
  /** Something has happened on this server. */
  | { kind: 'event'; organization: number }
  | { kind: 'close' };

/** What it says: that a run has ended, in whatever way, or that nobody holds a feed any more. */
export type FromRunner =
  | { kind: 'ended'; runId: string; fence: number }
  | { kind: 'feedEnded'; connectionId: string; fence: number };
