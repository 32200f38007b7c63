import type { Database } from '../database/database.ts';
import { inBatches } from '../housekeeping/housekeeping.ts';
import type { Place } from './position.ts';
import { deleteEvents, selectReadTo } from './store.ts';

/** Deletes events that are older than a time and that every reader has read; answers how many. */
export async function deleteReadEvents(database: Database, before: Date): Promise<number> {
  const to = await selectReadTo(database.system.reading);
  const first: Place = { transaction: '0', sequence: 0 };
  return inBatches(database, first, async (tx, from, limit) => {
    const { deleted, transaction, sequence } = await deleteEvents(tx, { from, to, before, limit });
    // The first that is too young has others like it after it.
    const next = deleted > 0 && transaction !== null ? { transaction, sequence } : undefined;
    return { done: deleted, next };
  });
}
