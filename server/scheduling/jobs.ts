import { type Job, job } from '../runtime/jobs/jobs.ts';
import { type Happened, type Services, tell } from './appointments/mails/tell.ts';
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
    job({ name: 'series.extend', cron: '17 * * * *', run: () => extendAll(services) }),
  ];
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
