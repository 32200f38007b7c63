import type { WriteContext } from '../../../platform/context.ts';
import { invalid } from '../../../runtime/errors.ts';
import { publish } from '../../../runtime/events/events.ts';
import { shortId } from '../../../runtime/ids.ts';
import type { Reach } from '../../practices/store.ts';
import { deletionOf } from '../events.ts';
import { claim } from '../promise/claims.ts';
import { lockSeries, lockSeriesOf } from '../promise/store.ts';
import {
  lockUnclaimed,
  selectPracticesOf,
  selectSeriesIds,
  selectUnclaimed,
  updateOwner,
  updateSeriesEnded,
  updateWithdrawn,
  type Whose,
} from './store.ts';

/** Each has locks of its own for as long as its transaction lasts. */
const batchMax = 200;

/** Ends some of the series; answers how many, 0 when none goes on. */
export async function endSomeSeries(ctx: WriteContext, whose: Whose): Promise<number> {
  const { tx, organization } = ctx;
  const ids = await selectSeriesIds(tx, organization, whose, batchMax);
  if (ids.length === 0) return 0;
  await lockSeries(tx, ids);
  return updateSeriesEnded(tx, organization, ids);
}

/**
 * Deletes some of the bookings: openings, and pending ones, which nobody could complete. What was set
 * to booked is the doctor's time in truth, and stays. Answers the last id that was looked at, to go on
 * after; undefined at the end.
 */
export async function withdrawSome(
  ctx: WriteContext,
  whose: Whose,
  after: number,
): Promise<{ withdrawn: number; last: number | undefined }> {
  const { tx, organization, now } = ctx;
  const asked = { whose, after, limit: batchMax, now };
  const seen = await selectUnclaimed(tx, organization, asked);
  if (seen.length === 0) return { withdrawn: 0, last: undefined };
  const ids = seen.map(({ id }) => id);
  const [, claims, left] = await Promise.all([
    lockSeriesOf(tx, organization, ids),
    claim(ctx, seen),
    lockUnclaimed(tx, organization, whose, ids),
  ]);
  claims.mustCover(left);
  const withdrawn = left.map(({ id }) => id);
  await updateWithdrawn(tx, organization, withdrawn, now);
  await publish(tx, organization, now, left.map(deletionOf));
  return { withdrawn: withdrawn.length, last: ids.at(-1) };
}

/** Gives everything to come of one consumer to another: bookings, series, and its appointments. */
export async function handOver(
  { tx, organization, now }: WriteContext,
  from: number,
  to: { id: number; practice_ids: Reach },
) {
  const reach = to.practice_ids;
  const practices = await selectPracticesOf(tx, organization, from, now);
  const beyond = practices.filter((id) => reach !== null && !reach.includes(id));
  if (beyond.length > 0) {
    const names = beyond.map((id) => shortId('practice', id)).join(', ');
    throw invalid('transfer_to', `this consumer does not reach the practice ${names}.`);
  }
  return updateOwner(tx, organization, { from, to: to.id, now });
}
