import type { Row } from '../values/types.ts';
import type { Batch } from './batch.ts';
import type { ApplyResult, Rejected, WriteRequest, Written } from './connector.ts';
import { lastOfEach } from './folding.ts';

/** What became of one record; `said` is what the system says, which may hold values. */
export type Outcome = ApplyResult & { readonly field?: string; readonly said?: string };

/** Sends the rows of a batch, of those with one key the last, and tells what became of all. */
export async function writeRows(
  batch: Batch,
  { fields, key, mode }: Pick<WriteRequest, 'fields' | 'key' | 'mode'>,
  send: (rows: readonly Row[]) => Promise<readonly Outcome[]>,
): Promise<Written> {
  const places = key.map((name) => fields.findIndex((field) => field.name === name));
  const indexes = mode === 'upsert' ? lastOfEach(batch.rows, places) : [...batch.rows.keys()];
  const outcomes = await send(indexes.map((index) => batch.rows[index] as Row));
  const rejected = outcomes.flatMap(({ error, field, said }, nth): Rejected[] => {
    if (error === undefined) return [];
    const why = { ...(field ? { field } : {}), ...(said ? { said } : {}) };
    return [{ index: indexes[nth] as number, reason: error, ...why }];
  });
  const skipped = batch.count - indexes.length;
  return { written: indexes.length - rejected.length, skipped, rejected };
}

export const missing = { error: 'There is no such record.', isMissing: true } as const;

/** As a session answers it. */
export function applied({ id, key, error, isMissing, isUnknown }: ApplyResult): ApplyResult {
  return {
    ...(id ? { id } : {}),
    ...(key ? { key } : {}),
    ...(error ? { error } : {}),
    ...(isMissing ? { isMissing } : {}),
    ...(isUnknown ? { isUnknown } : {}),
  };
}
