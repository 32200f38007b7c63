import { invalid } from '../../../runtime/errors.ts';
import { shortId } from '../../../runtime/ids.ts';
import type { Reach } from '../../reach.ts';
import { lockSeries } from '../promise/store.ts';
import { type At, batchMax, type InPieces } from './leaving.ts';
import { type Handed, selectPracticesOf, selectSeriesIds, updateOwner } from './store.ts';

type Between = { from: number; to: number };

/** @throws AppError 400 when one consumer has something that the other one cannot reach */
export async function requireReach(
  { tx, organization, now }: At,
  from: number,
  to: { practice_ids: Reach },
): Promise<void> {
  const reach = to.practice_ids;
  const practices = await selectPracticesOf(tx, organization, from, now);
  const beyond = practices.filter((id) => reach !== null && !reach.includes(id));
  if (beyond.length === 0) return;
  const names = beyond.map((id) => shortId('practice', id)).join(', ');
  throw invalid('transfer_to', `this consumer does not reach the practice ${names}.`);
}

/**
 * Gives everything upcoming of one consumer to another: bookings, their appointments, and series.
 * Series may add bookings meanwhile, so it goes on until there is nothing left. If it is
 * interrupted, it continues when it is started again.
 */
export async function handOver(transaction: InPieces, between: Between) {
  const counts = { bookings_handed_over: 0, series_handed_over: 0, appointments_handed_over: 0 };
  for (;;) {
    const bookings = await handAll(transaction, 'bookings', between);
    const appointments = await handAll(transaction, 'appointments', between);
    const series = await handAll(transaction, 'series', between);
    counts.bookings_handed_over += bookings;
    counts.appointments_handed_over += appointments;
    counts.series_handed_over += series;
    if (bookings + appointments + series === 0) return counts;
  }
}

async function handAll(transaction: InPieces, what: Handed, between: Between): Promise<number> {
  let count = 0;
  for (let after = 0; ; ) {
    const from = after;
    const given = await transaction((at) => handSome(at, what, { ...between, after: from }));
    count += given.length;
    if (given.length < batchMax) return count;
    after = given.at(-1) as number;
  }
}

async function handSome(
  { tx, organization, now }: At,
  what: Handed,
  { from, to, after }: Between & { after: number },
): Promise<number[]> {
  if (what === 'series') {
    // Whoever extends one of them has done so by now, or does it for the other consumer.
    const whose = { column: 'consumer_id', id: from } as const;
    await lockSeries(tx, await selectSeriesIds(tx, organization, whose, batchMax));
  }
  return updateOwner(tx, organization, what, { from, to, after, limit: batchMax, now });
}
