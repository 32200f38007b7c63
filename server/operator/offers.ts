import type { Platform } from '../platform/platform.ts';
import { endSomeSeries, withdrawSome } from '../scheduling/bookings/leaving/leaving.ts';
import type { Whose } from '../scheduling/bookings/leaving/store.ts';
import { writeIn } from './acting.ts';

/** Ends series and withdraws openings, in many transactions: there may be more than one can lock. */
export async function endOffers(platform: Platform, organization: number, whose: Whose) {
  let series_ended = 0;
  for (let ended = -1; ended !== 0; series_ended += ended) {
    ended = await writeIn(platform, organization, (ctx) => endSomeSeries(ctx, whose));
  }
  let bookings_withdrawn = 0;
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after;
    const some = await writeIn(platform, organization, (ctx) => withdrawSome(ctx, whose, from));
    bookings_withdrawn += some.withdrawn;
    after = some.last;
  }
  return { bookings_withdrawn, series_ended };
}
