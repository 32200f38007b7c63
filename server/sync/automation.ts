import type { Services } from '../platform/product.ts';
import type { Tx } from '../runtime/database/database.ts';
import { EventReader, type EventRow } from '../runtime/events/events.ts';
import { followSyncs } from './alerting/following.ts';
import { followAnswers } from './notices/approvals/hearing.ts';

type Take = (tx: Tx, events: readonly EventRow[]) => Promise<void>;

/** Reads the log for all that follows by itself what happens; whoever takes events only writes. */
export function automationReader({ database, log, enqueue }: Services): EventReader {
  const takers: readonly Take[] = [
    (tx, events) => followAnswers(tx, enqueue, events),
    (tx, events) => followSyncs(tx, enqueue, events),
  ];
  return new EventReader('automation', database, log, async (tx, events) => {
    for (const take of takers) await take(tx, events);
  });
}
