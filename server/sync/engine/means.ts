import type { Log } from '../../runtime/log.ts';
import type { Session } from '../connectors/connector.ts';
import type { Sandbox } from '../transforms/sandbox/sandbox.ts';
import type { Aside } from './aside.ts';
import type { Holding } from './holding.ts';
import type { Source } from './reading.ts';
import type { Report } from './report.ts';
import type { Retrying } from './retrying.ts';
import type { Telling } from './telling/telling.ts';

/** The systems between which a run moves records. */
export type Ends = { source: Source; destination: Session };

/** By what a run is done. */
export type Means = {
  log: Log;
  sandbox: Sandbox;
  protectingKey: Buffer;
  /** Reads what another run set aside; undefined where that was not asked for. */
  retrying: Retrying | undefined;
  /** What is read is gone on with by what changes since: positions are of this joining only. */
  joining?: string;
};

/** What is kept of a run. */
export type Kept = { holding: Holding; report: Report; aside: Aside; telling: Telling };
