import type { Database } from '../database/database.ts';
import type { Db } from '../database/tx.ts';
import { insertIdentity, selectLead } from './store.ts';

/**
 * Why this database cannot be used as it is, in a sentence: nobody knows what has happened since in
 * the database that a copy was made of; and if its transactions are counted from a lower number,
 * readers who are ahead of it would skip everything that happens.
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

/**
 * Records which database the log belongs to, if that is in order. @throws Error that says what to
 * do
 */
export async function refuseForeign({ system }: Database): Promise<void> {
  const foreignness = await foreignnessOf(system.reading);
  if (foreignness) throw new Error(foreignness);
  await system.transaction(insertIdentity);
}
