import type { Batch } from '../batch.ts';
import { ConnectorError } from '../failure.ts';
import type { Link } from './link.ts';
import { codeOf, copyStraight, isPlain, type Loaded, linesFor } from './load.ts';
import type { Load } from './statements.ts';

/** The code of what is there already. */
export const taken = '23505';

/**
 * Within a transaction: writes records that are all new, as an upsert would, without looking for older
 * ones. What is answered in their place is why that does not go; nothing is changed then.
 */
export async function loadNew(
  link: Link,
  load: Load,
  batch: Batch,
): Promise<Loaded | { refusal: string | undefined }> {
  await link.run('savepoint attempt');
  try {
    const loaded = await copyStraight(link, load, linesFor(load, batch));
    await link.run('release attempt');
    return loaded;
  } catch (error) {
    const isOfMoment = error instanceof ConnectorError && error.kind === 'retry';
    if (isOfMoment) throw error;
    await link.run('rollback to attempt; release attempt');
    return { refusal: codeOf(error) };
  }
}

/** Whether records that are all new can be copied, and what is wrong with one is still found. */
export function takesNew(load: Load): boolean {
  const keys = load.slots.filter(({ isKey }) => isKey);
  return isPlain(load) && load.action === 'upsert' && keys.every(({ isNullable }) => !isNullable);
}
