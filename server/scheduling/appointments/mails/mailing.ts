import { queueMails } from '../../../platform/mail/mail.ts';
import { selectOwnerEmails } from '../../../platform/organizations/store.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { Config } from '../../../runtime/config.ts';
import type { Database, Tx } from '../../../runtime/database/database.ts';
import type { Happened } from '../../../runtime/events/events.ts';
import type { Enqueue } from '../../../runtime/jobs/jobs.ts';
import { mailsAbout, type Office } from './mails.ts';
import { type News, newsOf, toldOf } from './news.ts';
import { lockForMailing, selectLetterFacts, selectPracticeContact, updateTold } from './store.ts';

export type Services = { config: Config; database: Database; clock: Clock; enqueue: Enqueue };

/**
 * Mails patient and practice how an appointment stands, unless they know: neither the order nor the
 * repetition of jobs matters.
 */
export async function mailNews(
  services: Services,
  { organization, subject }: Happened,
): Promise<void> {
  const { config, database, clock, enqueue } = services;
  const ownerEmails = await selectOwnerEmails(database.system.reading, organization);
  await database.of(organization).transaction(async (tx) => {
    await lockForMailing(tx, organization, subject);
    const facts = await selectLetterFacts(tx, organization, subject);
    const now = clock.now();
    const news = facts && newsOf(facts, now);
    if (!news) return;
    const left = await leftBy(tx, organization, news, ownerEmails);
    const office = { ownerEmails, from: config.mailFrom, left };
    await queueMails(tx, enqueue, organization, mailsAbout(news, facts, office, now), now);
    updateTold(tx, organization, subject, toldOf(news));
  });
}

/** The practice that an appointment has moved away from. */
async function leftBy(
  tx: Tx,
  organization: number,
  { meeting, before }: News,
  ownerEmails: readonly string[],
): Promise<Office['left']> {
  if (!before || before.practice_id === meeting.practice_id) return undefined;
  const practice = await selectPracticeContact(tx, organization, before.practice_id);
  return (
    practice && {
      name: practice.name,
      emails: practice.email ? [practice.email] : ownerEmails,
    }
  );
}
