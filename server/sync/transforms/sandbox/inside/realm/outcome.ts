import type { Batch } from './batch.ts';

/** What became of the batch: a head, a line feed, and the outputs as one array. */
export function outcome(batch: Batch): string {
  const { count, progress, errors, console, sources, texts, groups } = batch;
  progress[0] = count + 1;
  const text = batch.isChangesOnly ? JSON.stringify(groups) : `[${texts.join(',')}]`;
  const isOneToOne = sources.length === count && sources.every((source, index) => source === index);
  errors.sort(([one], [other]) => one - other);
  return `${JSON.stringify({ errors, console, ...(isOneToOne ? {} : { sources }) })}\n${text}`;
}
