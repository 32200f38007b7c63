import type { Database } from '../../runtime/database/database.ts';
import { comparePositions, type Position } from '../../runtime/events/position.ts';
import { type Standing, selectStanding } from '../../runtime/events/store.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import { changesOf } from './changes.ts';
import { deliver, type Listener } from './listeners.ts';
import { selectPage } from './store.ts';
import type { Tail } from './tail.ts';

const pageMax = 500;
/** A listener that is further behind loads everything again, which is less work. */
const missedMax = 5_000;
/** The same over all organizations and types, which have to be skipped one by one. */
const passedMax = 100_000;
const againMilliseconds = 500;

type Services = { database: Database; tail: Tail; log: Log };

/**
 * Sends a listener what it has missed, in order, and then hands it to the tail. It joins in the
 * very tick in which it has reached the tail, so that between the two nothing is missed or sent
 * twice.
 */
export async function catchUp(services: Services, listener: Listener): Promise<void> {
  while (listener.isOpen) {
    try {
      const isLast = await readOn(services, listener);
      if (isLast && listener.isOpen && services.tail.join(listener)) return;
    } catch (error) {
      services.log.warn(loggable(error), 'a listener cannot catch up; trying again');
      await new Promise((resolve) => setTimeout(resolve, againMilliseconds));
    }
  }
}

/** Answers true at the end of the log. */
async function readOn({ database }: Services, listener: Listener): Promise<boolean> {
  const { source, organization, userId, position } = listener;
  const reading = database.system.reading;
  const page = await selectPage(reading, position, source, organization, pageMax);
  // Asked after the page was read, so that deletions from before that are seen.
  const of = { organization, types: source.types };
  const standing = await selectStanding(reading, position, of, passedMax + 1);
  if (mustBeginAnew(position, standing)) {
    listener.position = standing.end;
    listener.resync();
    return false;
  }
  const db = database.of(organization).reading;
  const ctx = { db, organization, listening: new Set([userId]) };
  deliver([listener], await changesOf(source, ctx, page.events), page.position);
  await listener.drained();
  return page.isLast;
}

function mustBeginAnew(position: Position, { end, isCut, own, total }: Standing): boolean {
  const isElsewhere = position.epoch !== end.epoch || comparePositions(position, end) > 0;
  return isElsewhere || isCut || own > missedMax || total > passedMax;
}
