import type { Services } from '../platform/product.ts';
import type { Db, Tx } from '../runtime/database/database.ts';
import { takeSparing } from '../runtime/database/sparing.ts';
import { EventReader, type EventRow } from '../runtime/events/events.ts';
import { deleteReader } from '../runtime/events/store.ts';
import { type Log, loggable } from '../runtime/log.ts';
import { followSyncs } from './alerting/following.ts';
import type { Providers } from './connections/providers.ts';
import { followAnswers } from './notices/approvals/hearing.ts';
import { fireEvents } from './triggers/happenings/happenings.ts';

const name = 'automation';
/** Few, so that the first are told while the others are looked at. */
const batchMax = 100;

type Take = (tx: Tx, events: readonly EventRow[]) => Promise<void>;

/** Reads the log for all that follows by itself what happens; whoever takes events only writes. */
export function automationReader(
  services: Services & { providers: Providers },
  others: readonly Take[],
): EventReader {
  const { database, log, enqueue } = services;
  const takers: readonly Take[] = [
    (tx, events) => followAnswers(tx, enqueue, events),
    (tx, events) => followSyncs(tx, enqueue, events),
    fireEvents(services),
    ...others,
  ];
  const take: Take = async (tx, events) => {
    for (const taker of takers) await takeSparing(tx, events, taker, leaveOut(log));
  };
  return new EventReader(name, database, log, take, batchMax);
}

/** Whoever could not take it is told by nobody any more, so that the operator hears of it. */
function leaveOut(log: Log) {
  return ({ organization, type, transaction, sequence }: EventRow, error: unknown) => {
    const event = { organization, type, transaction, sequence };
    log.error({ ...loggable(error), event }, 'an event is not understood, and was left out');
  };
}

/** In a restored copy nothing follows what has happened where it was copied. */
export async function holdAutomation(db: Db): Promise<void> {
  await deleteReader(db, name);
}
