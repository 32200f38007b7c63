import type { WriteContext } from '../../../platform/context.ts';
import { publish } from '../../../runtime/events/events.ts';
import { updateBookingsClosed } from '../closing/store.ts';
import { deletionOf } from '../events.ts';
import { claim } from '../promise/claims.ts';
import { lockSeries, lockSeriesOf } from '../promise/store.ts';
import {
  lockUnclaimed,
  selectSeriesIds,
  selectUnclaimed,
  updateSeriesEnded,
  type Whose,
} from './store.ts';

/** Each of these is locked while the transaction lasts. */
export const batchMax = 200;

export type At = Pick<WriteContext, 'tx' | 'organization' | 'now'>;
/** Runs each piece in a transaction of its own. */
export type InPieces = <T>(work: (at: At) => Promise<T>) => Promise<T>;

/**
 * Ends series and withdraws openings, in many transactions: there may be more than one can lock.
 */
export async function endOffers(transaction: InPieces, whose: Whose) {
  let series_ended = 0;
  for (let ended = -1; ended !== 0; series_ended += ended) {
    ended = await transaction((at) => endSomeSeries(at, whose));
  }
  let bookings_withdrawn = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after;
    const some = await transaction((at) => withdrawSome(at, whose, from));
    bookings_withdrawn += some.withdrawn;
    after = some.last;
  }
  return { bookings_withdrawn, series_ended };
}

/** Ends some of the series; answers how many, 0 when none goes on. */
async function endSomeSeries({ tx, organization }: At, whose: Whose): Promise<number> {
  const ids = await selectSeriesIds(tx, organization, whose, batchMax);
  if (ids.length === 0) return 0;
  await lockSeries(tx, ids);
  return updateSeriesEnded(tx, organization, ids);
}

/**
 * Deletes some of the bookings: openings, and pending ones, which nobody could complete any more.
 * Those that were set to booked really take the doctor's time, and stay. Answers the last id that
 * was looked at, to go on after; undefined at the end.
 */
async function withdrawSome(
  at: At,
  whose: Whose,
  after: number,
): Promise<{ withdrawn: number; last: number | undefined }> {
  const { tx, organization, now } = at;
  const asked = { whose, after, limit: batchMax, now };
  const seen = await selectUnclaimed(tx, organization, asked);
  if (seen.length === 0) return { withdrawn: 0, last: undefined };
  const ids = seen.map(({ id }) => id);
  const [, claims, left] = await Promise.all([
    lockSeriesOf(tx, organization, ids),
    claim(at, seen),
    lockUnclaimed(tx, organization, whose, ids),
  ]);
  claims.mustCover(left);
  const withdrawn = left.map(({ id }) => id);
  await updateBookingsClosed(tx, organization, withdrawn, now);
  await publish(tx, organization, now, left.map(deletionOf));
  return { withdrawn: withdrawn.length, last: ids.at(-1) };
}
