import type { NewMail } from '../../platform/mail/mail.ts';
import { invitation } from './invitation.ts';
import {
  cancellationLetter,
  cancelledAppointmentLetter,
  confirmationLetter,
  newAppointmentLetter,
} from './letters.ts';
import type { LetterFacts } from './store.ts';

export type News = 'scheduled' | 'cancelled';

/**
 * The mails about an appointment that was made or cancelled: to the patient, and to the practice
 * (its own address, or else the owners of the organization).
 */
export function mailsAbout(
  news: News,
  facts: LetterFacts,
  { ownerEmails, from, now }: { ownerEmails: readonly string[]; from: string; now: Date },
): NewMail[] {
  const practiceEmails = facts.practice_email ? [facts.practice_email] : ownerEmails;
  const input = inputOf(facts);
  const calendar = invitation({
    ...input,
    method: news === 'scheduled' ? 'REQUEST' : 'CANCEL',
    guid: facts.guid,
    practice: { name: facts.practice_name, email: practiceEmails[0] ?? from },
    endsAt: facts.ends_at,
    now,
  });
  const [toPatient, toPractice] =
    news === 'scheduled'
      ? [confirmationLetter(input), newAppointmentLetter(input)]
      : [cancellationLetter(input), cancelledAppointmentLetter(input)];
  const key = `appointment ${facts.guid} ${news}`;
  return [
    ...(isErased(facts)
      ? []
      : [{ key: `${key} patient`, recipient: facts.email, ...toPatient, calendar }]),
    ...practiceEmails.map((recipient, place) => ({
      key: `${key} practice ${place}`,
      recipient,
      ...toPractice,
      calendar,
    })),
  ];
}

/** Nothing is known of them any more, their address neither. */
function isErased({ email }: LetterFacts): boolean {
  return email === '';
}

function inputOf(facts: LetterFacts) {
  return {
    practice: { name: facts.practice_name },
    location: {
      name: facts.location_name,
      address: facts.location_address,
      timezone: facts.timezone,
    },
    patient: {
      name: isErased(facts) ? 'erased' : `${facts.first_name} ${facts.last_name}`,
      phone: facts.phone,
      email: facts.email,
      message: facts.message,
    },
    startsAt: facts.starts_at,
  };
}
