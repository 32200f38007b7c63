import type { Db } from '../database/tx.ts';
import { selectLead } from './store.ts';

/**
 * Why this database cannot be used as it is, in a sentence: a copy that was restored counts its
 * transactions anew, and readers who stand ahead of it would pass over all that happens.
 */
export async function foreignnessOf(db: Db): Promise<string | undefined> {
  const { transactions, isUnfinished } = await selectLead(db);
  if (isUnfinished) return 'The adoption of this database was broken off: run heddle adopt again.';
  if (transactions === 0) return undefined;
  return (
    `This database was restored from a copy: its event log is ${transactions} transactions ahead of ` +
    'it, so that nothing would be sent. Run heddle adopt.'
  );
}

/** @throws Error that says what to do */
export async function refuseForeign(db: Db): Promise<void> {
  const foreignness = await foreignnessOf(db);
  if (foreignness) throw new Error(foreignness);
}
