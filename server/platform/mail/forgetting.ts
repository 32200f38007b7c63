import type { Database } from '../../runtime/database/database.ts';
import { inBatches } from '../../runtime/housekeeping/housekeeping.ts';
import { updateMailsEmptied } from './store.ts';

/** Empties the text of mails that were sent, or refused for good, before a time; in batches. */
export async function forgetMailTexts(database: Database, before: Date): Promise<void> {
  await inBatches<Date | null>(database, null, async (tx, from, limit) => {
    const { emptied, last } = await updateMailsEmptied(tx, { from, before, limit });
    return { done: emptied, next: emptied < limit || last === null ? undefined : last };
  });
}
