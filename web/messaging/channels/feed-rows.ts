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
  /** What was active after this number is new; undefined where that says nothing. */
  newAfter: number | undefined;
  /** How far those threads were read that were opened before, or in which something is new. */
  readings: ReadonlyMap<string, Reading>;
  own: string;
};

/** The rows of a channel from above: what is being sent, what is new, a line, and the rest. */
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
    // One's own words move a thread up, too.
    const isNew = isLater && (reading ? reading.unread > 0 : thread.author_id !== own);
    hasNew ||= isNew;
    rows.push({ kind: 'thread', key: thread.thread_id, thread, isNew });
  }
  return rows;
}
