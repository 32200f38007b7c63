import type { Written } from '../connectors/connector.ts';
import type { Counts } from '../syncs/runs/store.ts';
import type { Passed } from './passage.ts';

/** Without what is counted where it is set aside. */
export type Moved = Omit<Counts, 'records_failed'>;

/** What was moved, with one more batch. */
export function counted(
  before: Moved,
  { read, shaped, unread }: Pick<Passed, 'read' | 'shaped' | 'unread'>,
  { written, skipped }: Omit<Written, 'rejected'>,
): Moved {
  return {
    records_read: before.records_read + read.count + unread.length,
    records_written: before.records_written + written,
    records_skipped: before.records_skipped + skipped + (read.count - shaped.count),
    records_deleted: before.records_deleted,
    bytes: before.bytes + read.bytes,
  };
}

/** Counts are kept with the position that they were true at, so that a kill parts neither from the other. */
export function withCounts(position: string, run: string, counts: Moved): string {
  return JSON.stringify({ ...JSON.parse(position), counts: { run, ...counts } });
}

/** A position as a destination has kept it, and what a run had moved by then. */
export function parted(kept: string, run: string): { position: string; counts?: Moved } {
  const { counts, ...position } = JSON.parse(kept) as { counts?: Moved & { run: string } };
  if (counts === undefined) return { position: kept };
  const { run: of, ...moved } = counts;
  return { position: JSON.stringify(position), ...(of === run ? { counts: moved } : {}) };
}
