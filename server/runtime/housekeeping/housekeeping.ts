import type { Database, Tx } from '../database/database.ts';
import { type Aging, beginHousekeeping, deleteAged } from './store.ts';

/**
 * The outcome of one batch: `next` is where the following one begins; undefined when nothing is
 * left.
 */
export type Batch<From> = { done: number; next: From | undefined };

const limitMin = 100;
const limitFirst = 1_000;
const limitMax = 20_000;
/** How long one transaction should take; how many rows that is depends on the disk. */
const wantedMilliseconds = 100;
/** A job has a quarter of an hour; the rest is deleted the next night. */
const runMilliseconds = 10 * 60_000;

/**
 * Deletes in batches, each a transaction of its own that ends before it keeps anybody waiting.
 * Answers how many rows.
 */
export async function inBatches<From>(
  database: Database,
  first: From,
  batch: (tx: Tx, from: From, limit: number) => Promise<Batch<From>>,
): Promise<number> {
  const deadline = performance.now() + runMilliseconds;
  let limit = limitFirst;
  let total = 0;
  for (let from: From | undefined = first; from !== undefined && performance.now() < deadline; ) {
    const began = performance.now();
    const at: From = from;
    const { done, next } = await database.system.transaction((tx) => {
      beginHousekeeping(tx);
      return batch(tx, at, limit);
    });
    total += done;
    from = next;
    limit = adjust(limit, performance.now() - began);
  }
  return total;
}

/** Deletes the rows of a table that are older than a time. */
export async function deleteOlder(database: Database, table: Aging, before: Date): Promise<number> {
  return inBatches<Date | null>(database, null, async (tx, from, limit) => {
    const { deleted, last } = await deleteAged(tx, table, { from, before, limit });
    return { done: deleted, next: deleted < limit || last === null ? undefined : last };
  });
}

function adjust(limit: number, milliseconds: number): number {
  const factor = Math.min(2, Math.max(0.25, wantedMilliseconds / Math.max(1, milliseconds)));
  return Math.round(Math.min(limitMax, Math.max(limitMin, limit * factor)));
}
