import { queueMails } from '../platform/mail/mail.ts';
import { selectOwnerEmails } from '../platform/organizations/store.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Config } from '../runtime/config.ts';
import type { Database } from '../runtime/database/database.ts';
import { type Enqueue, type Job, job } from '../runtime/jobs/jobs.ts';
import { selectLetterFacts } from './appointments/store.ts';
import { mailsAbout, type News } from './appointments/tell.ts';
import { extendSeries } from './bookings/series/series.ts';
import { selectSeriesGoingOn } from './bookings/series/store.ts';

export type Services = { config: Config; database: Database; clock: Clock; enqueue: Enqueue };

type Happened = { organization: number; subject: string };

export function schedulingJobs(services: Services): Job[] {
  return [
    job<Happened>({
      name: 'appointments.tell_scheduled',
      run: (event) => tell(services, 'scheduled', event),
    }),
    job<Happened>({
      name: 'appointments.tell_cancelled',
      run: (event) => tell(services, 'cancelled', event),
    }),
    job({ name: 'series.extend', cron: '17 * * * *', run: () => extendAll(services) }),
  ];
}

/** Mails patient and practice; a repeated run finds its mails in the outbox and adds none. */
async function tell(services: Services, news: News, { organization, subject }: Happened) {
  const { config, database, clock, enqueue } = services;
  const wall = database.of(organization);
  const facts = await selectLetterFacts(wall.reading, organization, subject);
  if (!facts) return;
  const ownerEmails = await selectOwnerEmails(database.system.reading, organization);
  const now = clock.now();
  const mails = mailsAbout(news, facts, { ownerEmails, from: config.mailFrom, now });
  await wall.transaction((tx) => queueMails(tx, enqueue, organization, mails, now));
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
