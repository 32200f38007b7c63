import type { Database } from '../../runtime/database/database.ts';
import { updateMailsEmptied } from './store.ts';

const batchMax = 1_000;

/** Takes their text from mails that were sent, or refused for good, before a time; in batches. */
export async function forgetMailTexts(database: Database, before: Date): Promise<void> {
  for (;;) {
    const emptied = await database.system.transaction((tx) =>
      updateMailsEmptied(tx, before, batchMax),
    );
    if (emptied < batchMax) return;
  }
}
