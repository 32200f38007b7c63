import type { Database } from '../../database/database.ts';
import { inBatches } from '../../housekeeping/housekeeping.ts';
import type { Place } from '../position.ts';
import { deleteStripping, selectStripping, updateForgotten, updateStripped } from './store.ts';

export { sealedEventColumn } from './store.ts';

/** Removes personal data from events of earlier versions; does nothing once there are none. */
export async function stripOldEvents(database: Database): Promise<void> {
  if (!(await selectStripping(database.system.reading))) return;
  const first: Place = { transaction: '0', sequence: 0 };
  await inBatches(database, first, async (tx, from, limit) => {
    const { seen, stripped, last } = await updateStripped(tx, from, limit);
    if (last !== null && seen === limit) return { done: stripped, next: last };
    await deleteStripping(tx);
    return { done: stripped, next: undefined };
  });
}

/** What the log has sealed of somebody or something that is gone leaves it: `patient 17`. */
export async function forgetInEvents(
  database: Database,
  organization: number,
  about: string,
): Promise<void> {
  await database.system.transaction((tx) => updateForgotten(tx, organization, about));
}
