import type { AllObjects } from '../../platform/objects.ts';
import type { Config } from '../../runtime/config.ts';
import type { Address } from '../../runtime/database/connection.ts';
import type { Claim } from './store.ts';

/** What the process that does runs is told. */
export type ToRunner =
  | { kind: 'begin'; config: Config; address: Address; objects: AllObjects }
  | { kind: 'run'; claim: Claim }
  | { kind: 'close' };

/** What it says: that a run has ended, in whatever way. */
export type FromRunner = { kind: 'ended'; runId: string; fence: number };
