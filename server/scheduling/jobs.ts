import { type Job, job } from '../runtime/jobs/jobs.ts';
import { type Happened, type Services, tell } from './appointments/mails/tell.ts';
import { handOver } from './bookings/leaving/handover.ts';
import { endOffers, type InPieces } from './bookings/leaving/leaving.ts';
import { selectGone } from './bookings/leaving/store.ts';
import { extendSeries } from './bookings/series/series.ts';
import { selectSeriesGoingOn } from './bookings/series/store.ts';

/** What each finds out is the same: how an appointment stands, and who does not know. */
const telling = [
  'appointments.tell_scheduled',
  'appointments.tell_changed',
  'appointments.tell_cancelled',
];

export function schedulingJobs(services: Services): Job[] {
  return [
    ...telling.map((name) => job<Happened>({ name, run: (happened) => tell(services, happened) })),
    job({ name: 'series.extend', cron: '17 * * * *', run: () => tendSeries(services) }),
  ];
}

async function tendSeries(services: Services): Promise<void> {
  await endLeftovers(services);
  await extendAll(services);
}

const leftoverMilliseconds = 24 * 3600 * 1000;

/**
 * What was under way while a consumer, a doctor or a location ended may have come after the end, and
 * what is handed over may have been broken off.
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
