import type { Database } from '../database/database.ts';
import type { Db } from '../database/tx.ts';
import { insertIdentity, selectLead } from './store.ts';

/**
 * Why this database cannot be used as it is, in a sentence: of a copy nobody knows what has been done
 * since where it came from; and if it counts its transactions anew, readers who stand ahead of it would
 * pass over all that happens.
 */
export async function foreignnessOf(db: Db): Promise<string | undefined> {
  const { transactions, isCopied, isUnfinished } = await selectLead(db);
  if (isUnfinished) return 'The adoption of this database was broken off: run heddle adopt again.';
  if (transactions === 0 && isCopied) {
    return (
      'This database was restored from a copy: what was due when that was made may have been done ' +
      'since. Run heddle adopt.'
    );
  }
  if (transactions === 0) return undefined;
  return (
    `This database was restored from a copy: its event log is ${transactions} transactions ahead of ` +
    'it, so that nothing would be sent. Run heddle adopt.'
  );
}

/** Notes whose the log is when that is found to be in order. @throws Error that says what to do */
export async function refuseForeign({ system }: Database): Promise<void> {
  const foreignness = await foreignnessOf(system.reading);
  if (foreignness) throw new Error(foreignness);
  await system.transaction(insertIdentity);
}
