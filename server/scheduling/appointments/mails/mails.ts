import type { NewMail } from '../../../platform/mail/mail.ts';
import { writtenPhone } from '../../phone.ts';
import { entryForPatient, entryForPractice } from './entries.ts';
import { type Letter, toPatient, toPractice, toPracticeLeft } from './letters.ts';
import type { News } from './news.ts';
import type { LetterFacts } from './store.ts';

export type Office = {
  ownerEmails: readonly string[];
  /** The sender of all mails. */
  from: string;
  /** The practice that the appointment has left. */
  left?: { name: string; emails: readonly string[] } | undefined;
};

/** The topics of the mails about an appointment: within each, a later one replaces what waits. */
export function topicsOf(guid: string): { patient: string; practice: string } {
  return { patient: `appointment ${guid} patient`, practice: `appointment ${guid} practice` };
}

/**
 * More than any organization has as owners, each of whom gets a mail where the practice has no
 * address.
 */
const ownersMax = 100;

/** The keys of all mails that an appointment may have from before there were topics. */
export function keysBeforeTopics(guid: string): string[] {
  return ['scheduled', 'cancelled'].flatMap((kind) => [
    `appointment ${guid} ${kind} patient`,
    ...Array.from(
      { length: ownersMax },
      (_, place) => `appointment ${guid} ${kind} practice ${place}`,
    ),
  ]);
}

/**
 * The mails about an appointment: to the patient, and to the practice (its own address, or else the
 * owners of the organization). A practice whose calendar has the entry already is told of a change, one
 * that the appointment comes to of a new one.
 */
export function mailsAbout(news: News, facts: LetterFacts, office: Office, now: Date): NewMail[] {
  const practiceEmails = facts.practice_email ? [facts.practice_email] : office.ownerEmails;
  const writing = writingOf(news, facts, practiceEmails[0] ?? office.from, now);
  const topics = topicsOf(facts.guid);
  const number = news.kind === 'changed' ? ` ${news.sequence}` : '';
  const key = `appointment ${facts.guid} ${news.kind}${number}`;
  const { left } = office;
  const leaving = left?.emails.filter((email) => !practiceEmails.includes(email)) ?? [];
  const mailTo = (recipient: string, name: string, letter: Letter, isCancelled: boolean) => ({
    key: `${key} ${name}`,
    recipient,
    replyTo: isErased(facts) ? undefined : facts.email,
    topic: topics.practice,
    ...letter,
    calendar: entryForPractice(writing, isCancelled),
  });
  const mailToPatient = () => ({
    key: `${key} patient`,
    recipient: facts.email,
    replyTo: practiceEmails[0],
    topic: topics.patient,
    ...toPatient(news.kind, writing),
    calendar: entryForPatient(writing, news.kind === 'cancelled'),
  });
  return [
    ...(isErased(facts) ? [] : [mailToPatient()]),
    ...practiceEmails.map((recipient, place) => {
      const isNew = left !== undefined && !left.emails.includes(recipient);
      const letter = toPractice(isNew ? 'scheduled' : news.kind, writing);
      return mailTo(recipient, `practice ${place}`, letter, news.kind === 'cancelled');
    }),
    ...leaving.map((recipient, place) => {
      const letter = toPracticeLeft(left?.name ?? '', writing);
      return mailTo(recipient, `left ${place}`, letter, true);
    }),
  ];
}

/** An erased patient: nothing is known of them any more, not even the address. */
function isErased({ email }: LetterFacts): boolean {
  return email === '';
}

/** What letters and calendar entries are written from. */
function writingOf(news: News, facts: LetterFacts, practiceEmail: string, now: Date) {
  return {
    guid: facts.guid,
    sequence: news.sequence,
    now,
    practice: {
      name: facts.practice_name,
      email: practiceEmail,
      phone: facts.practice_phone ?? '',
    },
    patient: {
      name: isErased(facts) ? 'erased' : `${facts.first_name} ${facts.last_name}`,
      phone: writtenPhone(facts.phone, facts.phone_extension),
      email: facts.email,
      message: facts.message,
    },
    meeting: news.meeting,
    before: news.before,
  };
}
