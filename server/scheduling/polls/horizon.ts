import { setTimeout as pause } from 'node:timers/promises';
import type { ReadContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { reachOf } from '../reach.ts';
import { selectEarliestStamp, selectHorizon } from './store.ts';

export type Horizon = {
  /** Everything before this time can be read, and nothing before it will still appear. */
  until: Date;
  /** The time of the database. */
  clock: Date;
};

/** A third of a second altogether: a commit takes some milliseconds. */
const waitsMilliseconds = [2, 5, 10, 20, 40, 80, 160];

/**
 * The time up to which an answer that begins at `from` may go (decision 22). It waits a moment for
 * commits that are in progress, so that somebody who was told of a booking sees it.
 * @throws AppError 404 for a practice out of reach
 */
export async function findHorizon(
  { latest, organization, caller }: ReadContext,
  practiceId: number | null,
  from: Date,
): Promise<Horizon> {
  const reach = reachOf(caller);
  const seen = await selectHorizon(latest, organization, { practiceId, reach, from });
  if (!seen) throw new AppError('not_found');
  const { newest, clock } = seen;
  if (!newest) return { until: new Date(0), clock };
  let { earliest } = seen;
  for (const milliseconds of waitsMilliseconds) {
    if (!earliest || earliest > newest) break;
    await pause(milliseconds);
    earliest = await selectEarliestStamp(latest, organization, newest);
  }
  const until = new Date(newest.getTime() + 1);
  return { until: earliest && earliest < until ? earliest : until, clock };
}
