import type { Reading, ThreadState } from '../../../contract/messaging/website/shapes.ts';
import type { Pending } from '../live/pending.ts';

export type FeedRow =
  | { kind: 'pending'; key: string; pending: Pending }
  | { kind: 'thread'; key: string; thread: ThreadState; isNew: boolean }
  /** Between what is new and what was read. */
  | { kind: 'line'; key: string };

type Given = {
  threads: readonly ThreadState[];
  pending: readonly Pending[];
  /** Threads that were active after this number are new; undefined where that is unknown. */
  newAfter: number | undefined;
  /** Reading positions of those threads that were opened before, or in which something is new. */
  readings: ReadonlyMap<string, Reading>;
  own: string;
};

/**
 * The rows of a channel from the top: threads that are being sent, new ones, a line, and the rest.
 */
export function feedRows({ threads, pending, newAfter, readings, own }: Given): FeedRow[] {
  const rows: FeedRow[] = [];
  for (const one of pending.toReversed()) {
    rows.push({ kind: 'pending', key: `pending-${one.key}`, pending: one });
  }
  let hasNew = false;
  let hasLine = false;
  for (const thread of threads) {
    const isLater = newAfter !== undefined && thread.number > newAfter;
    if (!isLater && hasNew && !hasLine) {
      rows.push({ kind: 'line', key: 'line' });
      hasLine = true;
    }
    const reading = readings.get(thread.thread_id);
    // The member's own posts move a thread up, too.
    const isNew = isLater && (reading ? reading.unread > 0 : thread.author_id !== own);
    hasNew ||= isNew;
    rows.push({ kind: 'thread', key: thread.thread_id, thread, isNew });
  }
  return rows;
}
