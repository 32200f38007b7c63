import type { Clock } from '../../../runtime/clock.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { Log } from '../../../runtime/log.ts';

/** What the products of this server work with, in whatever process. */
export type OwnServices = {
  database: Database;
  clock: Clock;
  log: Log;
  config: { publicUrl: string };
};
