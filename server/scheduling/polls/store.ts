import type { Db } from '../../runtime/database/database.ts';
import type { Reach } from '../reach.ts';
import type { Order } from './position.ts';

/**
 * The columns that patients and appointments are polled by. A row that was updated has a later
 * `updated_at` than `created_at`; behind the wall, `coalesce` would keep the index from being used
 * (decision 23).
 */
export const orderOf: Record<Order, string> = {
  created: 'greatest(moved_at, created_at)',
  updated: 'updated_at',
};

export type HorizonRow = {
  /** The latest stamp that is visible; null when there is none. */
  newest: Date | null;
  /**
   * The earliest stamp that an open transaction may still bring; null where nobody needs to know.
   */
  earliest: Date | null;
  /** The time of the database. */
  clock: Date;
};

/**
 * What is visible, and then what may still come before it: the locks of those who stamp are read
 * after the snapshot was taken. Undefined when the practice is out of reach.
 */
export async function selectHorizon(
  db: Db,
  organization: number,
  { practiceId, reach, from }: { practiceId: number | null; reach: Reach; from: Date },
): Promise<HorizonRow | undefined> {
  const [row] = await db.rows<HorizonRow>(
    `select h.newest, platform.clock() as clock,
       case when h.newest >= $4 then scheduling.earliest_stamp($1, h.newest) end as earliest
     from (select scheduling.newest($1) as newest offset 0) h
     where $2::bigint is null or exists (
       select from scheduling.practice
       where organization_id = $1 and id = $2 and ($3::bigint[] is null or id = any($3)))`,
    [organization, practiceId, reach, from],
  );
  return row;
}

export async function selectEarliestStamp(
  db: Db,
  organization: number,
  near: Date,
): Promise<Date | null> {
  const [row] = await db.rows<{ earliest: Date | null }>(
    'select scheduling.earliest_stamp($1, $2) as earliest',
    [organization, near],
  );
  return row?.earliest ?? null;
}
