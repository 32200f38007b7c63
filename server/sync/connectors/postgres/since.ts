import type { Link } from './link.ts';

/**
 * What a read had before it: a later one tells by this which records were not to be seen yet,
 * however old their cursor value is.
 */
export type Since = {
  /** Transactions before this one had ended. */
  readonly transaction: string;
  /** Those after it, subtransactions too, whose records were to be seen. */
  readonly seen: readonly string[];
  /** Nothing was under way that could commit later. */
  readonly isQuiet: boolean;
};

const seenMax = 2_000;
const cycle = 2n ** 32n;

/** Asked first in the transaction that reads `table`, a quoted name. */
export async function observe(link: Link, table: string): Promise<Since> {
  const [oldest, next] = (
    await link.query(
      `select pg_catalog.pg_snapshot_xmin(now)::text, pg_catalog.pg_snapshot_xmax(now)::text
       from pg_catalog.pg_current_snapshot() now`,
    )
  ).rows[0] as [string, string];
  const transaction = oldest;
  if (oldest === next && !(await isAnybodyThere(link)) && !(await isGiven(link, next))) {
    return { transaction, seen: [], isQuiet: true };
  }
  const { rows } = await link.query(
    `select distinct xmin::text from ${table} where ${isSince(transaction)} limit ${seenMax + 1}`,
  );
  // Too many to remember: they come again, and are recognized by their keys.
  const seen = rows.length > seenMax ? [] : rows.map(([id]) => id as string);
  return { transaction, seen, isQuiet: false };
}

/** The condition that a record was written by what `since` did not see. */
export function isUnseen({ transaction, seen }: Since): string {
  const known =
    seen.length > 0 ? ` and not xmin = any ('{${seen.map(BigInt).join()}}'::xid[])` : '';
  return `${isSince(transaction)}${known}`;
}

// Numbers of transactions come round: those of frozen records may look as if they were to come.
function isSince(transaction: string): string {
  const number = `'${BigInt(transaction) % cycle}'::xid`;
  return `(age(${number}) < 0 or age(xmin) between 0 and age(${number}))`;
}

/** Whoever has begun may have read the clock already, and not yet have a number. */
async function isAnybodyThere(link: Link): Promise<boolean> {
  const { rows } = await link.query(
    `select pg_catalog.pg_is_in_recovery() or exists (
       select from pg_catalog.pg_locks
       where locktype = 'virtualxid' and mode = 'ExclusiveLock' and pid <> pg_backend_pid()
         and pid not in (select pid from pg_catalog.pg_stat_activity
           where datname <> current_database()))
       or exists (select from pg_catalog.pg_prepared_xacts)`,
  );
  return rows[0]?.[0] !== 'f';
}

/** Whether a number has been given to a transaction, which is no matter of snapshots. */
async function isGiven(link: Link, transaction: string): Promise<boolean> {
  await link.run('savepoint look');
  const isGiven = await link
    .query('select pg_catalog.pg_xact_status($1::xid8)', [transaction])
    .then(
      () => true,
      () => false,
    );
  await link.run('rollback to look; release look');
  return isGiven;
}
