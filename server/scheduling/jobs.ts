import type { Happened } from '../runtime/events/events.ts';
import { type Job, JobType, job } from '../runtime/jobs/jobs.ts';
import { mailNews, type Services } from './appointments/mails/mailing.ts';
import { handOver } from './bookings/leaving/handover.ts';
import { endOffers, type InPieces } from './bookings/leaving/leaving.ts';
import { selectGone } from './bookings/leaving/store.ts';
import { extendSeries } from './bookings/series/series.ts';
import { selectSeriesGoingOn } from './bookings/series/store.ts';

/**
 * All three do the same: they find out how an appointment stands, and mail those who do not know.
 * Their names are stored in queues, so they stay.
 */
export const notifyScheduled = new JobType<Happened>('appointments.tell_scheduled');
export const notifyChanged = new JobType<Happened>('appointments.tell_changed');
export const notifyCancelled = new JobType<Happened>('appointments.tell_cancelled');

export const extendEachSeries = new JobType('series.extend', { cron: '17 * * * *' });

export function schedulingJobs(services: Services): Job[] {
  return [
    ...[notifyScheduled, notifyChanged, notifyCancelled].map((type) =>
      job(type, (happened) => mailNews(services, happened)),
    ),
    job(extendEachSeries, () => tendSeries(services)),
  ];
}

async function tendSeries(services: Services): Promise<void> {
  await endLeftovers(services);
  await extendAll(services);
}

const leftoverMilliseconds = 24 * 3600 * 1000;

/**
 * Bookings that were being made while a consumer, a doctor or a location ended may have come after
 * the end, and a handover may have been interrupted.
 */
async function endLeftovers({ database, clock }: Services): Promise<void> {
  const since = new Date(clock.now().getTime() - leftoverMilliseconds);
  for (const { organization, whose, successor } of await selectGone(
    database.system.reading,
    since,
  )) {
    const { transaction } = database.of(organization);
    const inPieces: InPieces = (work) =>
      transaction((tx) => work({ tx, organization, now: clock.now() }));
    if (successor === null) await endOffers(inPieces, whose);
    else await handOver(inPieces, { from: whose.id, to: successor });
  }
}

const batchMax = 500;

async function extendAll({ database, clock }: Services): Promise<void> {
  let after = { organization: 0, id: 0 };
  for (;;) {
    const batch = await selectSeriesGoingOn(database.system.reading, after, batchMax);
    for (const { organization_id: organization, id } of batch) {
      await database
        .of(organization)
        .transaction((tx) => extendSeries({ tx, organization, now: clock.now() }, id));
      after = { organization, id };
    }
    if (batch.length < batchMax) return;
  }
}
